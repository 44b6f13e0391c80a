// Builds the page into dist/, a folder for any static host: scripts, the digits that the page shows and learns from, and the
// pretrained bundle. All addresses are relative, and nothing is loaded from elsewhere.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { firstOfEach, mapDigits, readDigits, rowsOf } from './digits.mjs';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));

rmSync(path('dist'), { recursive: true, force: true });
mkdirSync(path('dist'), { recursive: true });
await build({
  entryPoints: {
    page: path('src/page.ts'),
    worker: path('src/worker.ts'),
    isolate: path('src/isolate.ts'),
  },
  outdir: path('dist'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
});
for (const file of ['index.html', 'style.css']) cpSync(path(`src/${file}`), path(`dist/${file}`));
cpSync(path('pretrained/digits.bundle'), path('dist/digits.bundle'));

const { map } = await mapDigits();
const train = await readDigits('train');
writeDigits('map', map);
writeDigits('train', rowsOf(train, firstOfEach(train.labels, 400).first));

/** Images as one gzipped IDX file, and the digit of each as another. */
function writeDigits(name, { pixels, labels, count }) {
  writeFileSync(
    path(`dist/${name}-images.gz`),
    gzipSync(idx([count, 28, 28], pixels), { level: 9 }),
  );
  writeFileSync(
    path(`dist/${name}-labels.gz`),
    gzipSync(idx([count], Uint8Array.from(labels)), { level: 9 }),
  );
}

function idx(shape, values) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => {
    header.writeUInt32BE(size, 4 + 4 * axis);
  });
  return Buffer.concat([header, values]);
}
