import * as commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { type Plugin, rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';
import type { Project } from './project.ts';

// The types of the plugin are those of a CommonJS module, its default export is that of an ES module.
const plainCommonjs = commonjs.default as unknown as () => Plugin;

/** Bundles the programs of a project for browsers into `folder`, each into `NAME.js`. */
export type Bundler = (project: Project, folder: string) => Promise<void>;

/** Each bundler with as few settings as it works with for anybody: entries, format, and where the files go. */
export const bundlers: Readonly<Record<string, Bundler>> = {
  async esbuild({ entries }, folder) {
    await esbuild({
      entryPoints: { ...entries },
      outdir: folder,
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      logLevel: 'error',
    });
  },

  async webpack({ entries, folder: context }, folder) {
    const compiler = webpack({
      mode: 'production',
      context,
      entry: { ...entries },
      output: { path: folder, filename: '[name].js', module: true, chunkFormat: 'module' },
      experiments: { outputModule: true },
      optimization: { minimize: false }, // which takes longer than all the rest
      performance: { hints: false },
    });
    const stats = await new Promise<webpack.Stats | undefined>((done, failed) => {
      compiler.run((error, result) => (error ? failed(error) : done(result)));
    });
    await new Promise((done) => compiler.close(done));
    if (stats?.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  },

  async rollup({ entries }, folder) {
    const bundle = await rollup({
      input: { ...entries },
      plugins: [nodeResolve({ browser: true, preferBuiltins: false }), plainCommonjs()],
      onLog() {},
    });
    await bundle.write({ dir: folder, format: 'es', entryFileNames: '[name].js' });
    await bundle.close();
  },

  async vite({ entries, folder: root }, folder) {
    await vite({
      root,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir: folder,
        emptyOutDir: true,
        modulePreload: false,
        chunkSizeWarningLimit: 10_000,
        rolldownOptions: { input: { ...entries }, output: { entryFileNames: '[name].js' } },
      },
    });
  },
};
