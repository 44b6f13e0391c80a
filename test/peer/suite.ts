import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';
import '@tensorflow/tfjs-backend-cpu';
import jasmineCore from 'jasmine-core';

/** What run.mjs asks for. */
interface Configuration {
  readonly backend: string;
  readonly threads: number;
  readonly relaxed?: boolean;
  /** Part of the full names of the specs to run; '' for all. */
  readonly only: string;
}

const {
  backend,
  threads,
  relaxed = false,
  only,
} = JSON.parse(process.argv[2] as string) as Configuration;
const stackDepth = Error.stackTraceLimit;

const jasmine = jasmineCore.boot(jasmineCore);
const environment = jasmine.getEnv();
environment.configure({
  random: false,
  specFilter: (spec) => spec.getFullName().includes(only) && isForBackend(spec.getFullName()),
});

if (backend === 'simd') {
  const { registerSimdBackend } = await import('../../src/backend.ts');
  await registerSimdBackend({ threads, relaxed });
}
const { setTestEnvs } = await import('@tensorflow/tfjs-core/dist/jasmine_util.js');
setTestEnvs(
  [...new Set([backend, 'cpu'])].map((name) => ({ name, backendName: name, isDataSync: true })),
);
await import('@tensorflow/tfjs-core/dist/tests.js'); // declares the specs, for the environments set above
Error.stackTraceLimit = stackDepth; // jasmine_util asks for whole stacks, and many specs throw

const states: Record<string, string> = { passed: 'passed', failed: 'failed' };
environment.addReporter({
  specDone({ fullName, status, failedExpectations }) {
    if (status === 'excluded') return;
    const reason = failedExpectations.map(({ message }) => `\n    ${message}`).join('');
    process.send?.({ name: fullName, state: states[status] ?? 'skipped', reason });
  },
  // Only the channel to the parent keeps the process running now: a backend whose threads do shows as a hang.
  jasmineDone: () => process.send?.({ end: true }, () => process.disconnect()),
});
environment.execute();

/** Two specs are about the cpu backend by its name: they run on it, beside the backend that is tested. */
function isForBackend(spec: string): boolean {
  const isForCpu = spec.includes(' cpu {}');
  return backend === 'cpu' || !isForCpu || spec.startsWith('Switching cpu backends');
}
