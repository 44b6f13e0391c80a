/**
 * Compares the library with reference values: every case of a folder of reference files, by default of this one and of
 * `compositions`, on the `cpu` and on the `simd` backend. Prints the cases that fail, and ends with `N passed, N failed,
 * N skipped`; skipped are only cases that the files themselves mark as a quirk of the reference.
 *
 *   node test/reference/run.mjs [FOLDER ...] [--backend=cpu|simd]
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { closeRuns, forkSuite } from '../support/forkSuite.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = `${root}node_modules/.cache/tfjs-metric-learning/referenceSuite.mjs`;
const timeLimit = 10 * 60_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', multiple: true, default: ['cpu', 'simd'] } },
});
const own = ['test/reference', 'test/reference/compositions'].map((folder) => `${root}${folder}`);
const folders = positionals.length > 0 ? positionals.map((folder) => resolve(folder)) : own;
const files = [];
for (const folder of folders) {
  const names = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.json')) : [];
  if (names.length === 0) {
    console.error(`no reference files (*.json) in ${folder}`);
    process.exit(1);
  }
  files.push(...names.map((name) => join(folder, name)));
}

await build({
  entryPoints: [`${root}test/reference/suite.ts`],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});

const runs = [];
for (const backend of values.backend) {
  runs.push(await forkSuite(backend, bundle, [backend, ...files], { timeLimit }));
}
closeRuns(runs);
