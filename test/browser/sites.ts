import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';

const page = fileURLToPath(new URL('page/', import.meta.url));
const cache = fileURLToPath(
  new URL('../../node_modules/.cache/tfjs-metric-learning/', import.meta.url),
);

/** A page as Vite builds it for production; returns the site's folder. */
export async function viteSite(html = 'index.html'): Promise<string> {
  const outDir = join(cache, `viteSite-${html}`);
  await vite({
    root: page,
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      outDir,
      emptyOutDir: true,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: join(page, html) },
    },
  });
  return outDir;
}

/** A page on a single `<script type="module">`, bundled by esbuild; returns the site's folder. */
export async function scriptSite(html = 'index.html'): Promise<string> {
  const folder = join(cache, `scriptSite-${html}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const inJavaScript = (text: string): string => text.replace(/(\.\/\w+)\.ts/g, '$1.js');
  const { outputFiles } = await esbuild({
    entryPoints: ['train.ts', 'inWorker.ts', 'worker.ts', 'inFrames.ts'].map((name) =>
      join(page, name),
    ),
    outdir: folder,
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'error',
  });
  for (const { path, text } of outputFiles) writeFileSync(path, inJavaScript(text));
  for (const name of new Set(['index.html', html])) {
    writeFileSync(join(folder, name), inJavaScript(readFileSync(join(page, name), 'utf8')));
  }
  return folder;
}
