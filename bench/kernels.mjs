/**
 * Which share of the time of ten common networks is spent in kernels that the simd backend inherits from the cpu
 * backend: training steps, one thread. Shares are medians over the steps, of which garbage collection spoils some. Build the
 * library first.
 *
 *   node bench/kernels.mjs [--steps 200]
 */
import '@tensorflow/tfjs-backend-cpu';
import { parseArgs } from 'node:util';
import {
  dispose,
  env,
  getKernel,
  getKernelsForBackend,
  mean,
  randomUniform,
  registerKernel,
  setBackend,
  square,
  train,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { figure, median, table } from './tables.mjs';
import { zoo } from './zoo.mjs';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '200' } } });
const steps = Number(values.steps);

env().set('IS_TEST', true);
await registerSimdBackend({ threads: 1 });
await setBackend('simd');

/** Milliseconds in inherited kernels, by name. */
const spent = new Map();
let isInside = false;
for (const config of getKernelsForBackend('simd')) {
  const { kernelName, kernelFunc } = config;
  if (getKernel(kernelName, 'cpu')?.kernelFunc !== kernelFunc) continue;
  unregisterKernel(kernelName, 'simd');
  registerKernel({ ...config, kernelFunc: (call) => timed(kernelName, () => kernelFunc(call)) });
}

console.log(`${machine()}\n`);
const rows = [];
for (const [name, build] of Object.entries(zoo)) {
  const { inputShape, network } = build();
  const x = randomUniform([32, ...inputShape]);
  const adam = train.adam(0.001);
  const step = () => adam.minimize(() => mean(square(network.apply(x, { training: true }))), false);
  for (let i = 0; i < steps; i++) step();
  const [totals, shares] = [[], []];
  for (let i = 0; i < steps; i++) {
    spent.clear();
    const started = performance.now();
    step();
    totals.push(performance.now() - started);
    shares.push(new Map([...spent].map(([kernel, ms]) => [kernel, (100 * ms) / totals[i]])));
  }
  const sums = shares.map((share) => [...share.values()].reduce((all, part) => all + part, 0));
  const most = [...shares[0].keys()]
    .map((kernel) => [kernel, median(shares.map((share) => share.get(kernel) ?? 0))])
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([kernel, percent]) => `${kernel} ${figure(percent)}`)
    .join(', ');
  rows.push([name, figure(median(totals)), figure(median(sums)), most]);
  dispose([x]);
  adam.dispose();
  network.dispose();
}
console.log(table(['network', 'ms a step', '% inherited', 'of which the most, %'], rows));

/** Inherited kernels call others: the time counts once. */
function timed(kernelName, work) {
  if (isInside) return work();
  isInside = true;
  const started = performance.now();
  try {
    return work();
  } finally {
    isInside = false;
    spent.set(kernelName, (spent.get(kernelName) ?? 0) + performance.now() - started);
  }
}
