/**
 * Runs TensorFlow.js's own kernel tests, as @tensorflow/tfjs-core ships them, against the `cpu` backend and against
 * `simd` with one thread, with two, and with two and fused multiply-add.
 *
 * Each configuration gets a process of its own, and all code one bundle with one tfjs-core in it: the tests
 * reach into tfjs-core's modules, and a second copy would register its kernels elsewhere.
 *
 *   node test/peer/run.mjs [cpu] [simd-1] [simd-2] [simd-2-relaxed] [--only=part of a spec's name]
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { closeRuns, forkSuite } from '../support/forkSuite.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = `${root}node_modules/.cache/tfjs-metric-learning/peerSuite.mjs`;
const configurations = {
  cpu: { backend: 'cpu', threads: 1 },
  'simd-1': { backend: 'simd', threads: 1 },
  'simd-2': { backend: 'simd', threads: 2 },
  'simd-2-relaxed': { backend: 'simd', threads: 2, relaxed: true },
};
const specs = 4227; // that tfjs-core 4.22.0 has for a CPU backend in Node
const timeLimit = 5 * 60_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(configurations);

await build({
  entryPoints: [`${root}test/peer/suite.ts`],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  mainFields: ['module', 'main'],
  // tfjs-core declares its test files free of side effects, which would drop them.
  ignoreAnnotations: true,
  external: ['jasmine-core'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'error',
});

const complaint = (ran) =>
  ran === 0 || (values.only === '' && ran !== specs) ? `${ran} specs ran` : undefined;
const runs = [];
for (const name of names) {
  const task = JSON.stringify({ ...configurations[name], only: values.only });
  runs.push(await forkSuite(name, bundle, [task], { timeLimit, stdio: 'ignore', complaint }));
}
closeRuns(runs);
