/**
 * Runs TensorFlow.js's own kernel tests, as @tensorflow/tfjs-core ships them, against the `cpu` backend and against
 * `simd` with one thread, with two, and with two and fused multiply-add.
 *
 * Each configuration gets a process of its own, and all code one bundle with one tfjs-core in it: the tests
 * reach into tfjs-core's modules, and a second copy would register its kernels elsewhere.
 *
 *   node test/peer/run.mjs [cpu] [simd-1] [simd-2] [simd-2-relaxed] [--only=part of a spec's name]
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

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

const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  const counts = await runConfiguration(name);
  console.log(`${name}: ${line(counts)}`);
  for (const state of Object.keys(total)) total[state] += counts[state];
}
console.log(line(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs one configuration and prints what failed; a crash, a hang or an empty run counts as one failure. */
function runConfiguration(name) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const fail = (reason) => {
    counts.failed++;
    console.log(`${name}: FAILED ${reason}`);
  };
  const { promise, resolve } = withResolvers();
  const child = fork(bundle, [JSON.stringify({ ...configurations[name], only: values.only })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ran = () => counts.passed + counts.failed;
  let ended = false;
  const timer = setTimeout(() => {
    fail(`it did not end within ${timeLimit / 1000} s`);
    ended = true;
    child.kill('SIGKILL');
  }, timeLimit);

  child.on('message', ({ spec, state, messages, end }) => {
    if (end) ended = true;
    else counts[state]++;
    if (state === 'failed') console.log(`${name}: FAILED ${spec}\n    ${messages.join('\n    ')}`);
  });
  child.on('exit', (code, signal) => {
    clearTimeout(timer);
    if (!ended) fail(`it ended early, with ${signal ?? `exit code ${code}`}`);
    else if (ran() === 0 || (values.only === '' && ran() !== specs)) fail(`${ran()} specs ran`);
    resolve(counts);
  });
  return promise;
}

function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function withResolvers() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
