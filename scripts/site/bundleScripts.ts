import { join } from 'node:path';
import { build } from 'esbuild';
import { modules } from './runnable.ts';

/** Bundles the scripts of the pages, and the library with TensorFlow.js as modules that code in a page can import. */
export async function bundleScripts(root: string, folder: string): Promise<void> {
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'linked',
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': '"production"' },
  } as const;
  await Promise.all([
    build({
      ...common,
      entryPoints: { main: 'scripts/site/client/main.ts' },
      outdir: join(folder, 'assets'),
      format: 'iife',
    }),
    build({
      ...common,
      entryPoints: {
        editor: 'scripts/site/client/editor.ts',
        runner: 'scripts/site/client/runner.ts',
      },
      outdir: join(folder, 'assets'),
      format: 'esm',
    }),
    build({
      ...common,
      entryPoints: Object.fromEntries(
        Object.entries(modules).map(([name, file]) => [file.replace(/\.js$/, ''), sourceOf(name)]),
      ),
      outdir: folder,
      chunkNames: 'lib/[name]-[hash]',
      format: 'esm',
      splitting: true,
      platform: 'browser',
      alias: { 'tfjs-metric-learning': './src/index.ts' },
      // Optional peers that need Node; the library says so itself when somebody calls for them.
      external: ['usearch', 'node:*', 'fs', 'util', 'crypto', 'string_decoder'],
    }),
  ]);
}

function sourceOf(name: string): string {
  if (name === 'tfjs-metric-learning') return './src/index.ts';
  if (name.startsWith('tfjs-metric-learning/')) return `./src/${name.split('/')[1]}.ts`;
  return name;
}
