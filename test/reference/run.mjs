/**
 * Compares the library with reference values: every case of a folder of reference files, on the `cpu` and on the
 * `simd` backend. Prints the cases that fail, and ends with `N passed, N failed, N skipped`; skipped are only cases
 * that the files themselves mark as a quirk of the reference.
 *
 *   node test/reference/run.mjs [FOLDER] [--backend=cpu|simd]
 */
import { fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));
const bundle = `${root}node_modules/.cache/tfjs-metric-learning/referenceSuite.mjs`;
const timeLimit = 10 * 60_000;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { backend: { type: 'string', multiple: true, default: ['cpu', 'simd'] } },
});
const folder = resolve(positionals[0] ?? `${root}test/reference`);
const files = existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith('.json')) : [];
if (files.length === 0) {
  console.error(`no reference files (*.json) in ${folder}`);
  process.exit(1);
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

const total = { passed: 0, failed: 0, skipped: 0 };
for (const backend of values.backend) {
  const counts = await runOn(backend);
  console.log(`${backend}: ${line(counts)}`);
  for (const state of Object.keys(total)) total[state] += counts[state];
}
console.log(line(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs all cases on one backend; a crash or a hang counts as one failure. */
function runOn(backend) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const fail = (reason) => {
    counts.failed++;
    console.log(`${backend}: FAILED ${reason}`);
  };
  return new Promise((done) => {
    const child = fork(bundle, [backend, folder, ...files]);
    let ended = false;
    const timer = setTimeout(() => {
      fail(`it did not end within ${timeLimit / 1000} s`);
      ended = true;
      child.kill('SIGKILL');
    }, timeLimit);
    child.on('message', ({ name, state, reason, end }) => {
      if (end) ended = true;
      else if (state === 'failed') fail(`${name}: ${reason}`);
      else counts[state]++;
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (!ended) fail(`it ended early, with ${signal ?? `exit code ${code}`}`);
      done(counts);
    });
  });
}

function line({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
