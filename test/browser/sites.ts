import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';

const page = fileURLToPath(new URL('page/', import.meta.url));
const cache = fileURLToPath(
  new URL('../../node_modules/.cache/tfjs-metric-learning/', import.meta.url),
);

/** The page as Vite builds it for production; returns the site's folder. */
export async function viteSite(): Promise<string> {
  const outDir = join(cache, 'viteSite');
  await vite({
    root: page,
    configFile: false,
    logLevel: 'error',
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
  });
  return outDir;
}

/** The page on a single `<script type="module">`, bundled by esbuild; returns the site's folder. */
export async function scriptSite(): Promise<string> {
  const folder = join(cache, 'scriptSite');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await esbuild({
    entryPoints: [join(page, 'train.ts')],
    outfile: join(folder, 'train.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  writeFileSync(join(folder, 'index.html'), html.replace('train.ts', 'train.js'));
  return folder;
}
