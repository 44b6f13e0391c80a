/** The process of a tfjs engine: see bench/engine.mjs for what it is asked. */
import '@tensorflow/tfjs-backend-cpu';
import { createInterface } from 'node:readline';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { tasks } from './tasks.mjs';

const setup = JSON.parse(process.argv[2]);
env().set('IS_TEST', true); // no advertisement from the stock backend

if (setup.backend === 'simd') {
  const { registerSimdBackend } = await import('tfjs-metric-learning/backend');
  await registerSimdBackend({ threads: setup.threads, relaxed: setup.relaxed });
}
if (setup.backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
await setBackend(setup.backend);

const { open } = await import(`./${setup.job}.mjs`);
const answers = tasks(await open(setup), setup);
const print = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
print({ ready: `TensorFlow.js, ${setup.backend}` });
for await (const line of createInterface({ input: process.stdin })) {
  const { task, ...question } = JSON.parse(line);
  print(await answers[task](question));
}
