/**
 * Which share of the time of ten common networks is spent in kernels that the simd backend inherits from the cpu
 * backend: a training step each, one thread. Build the library first.
 *
 *   node bench/kernels.mjs [--steps 20]
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
import { figure, table } from './tables.mjs';
import { zoo } from './zoo.mjs';

const { values } = parseArgs({ options: { steps: { type: 'string', default: '20' } } });
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
  spent.clear();
  const started = performance.now();
  for (let i = 0; i < steps; i++) step();
  const total = performance.now() - started;
  const inherited = [...spent].sort((a, b) => b[1] - a[1]);
  const sum = inherited.reduce((all, [, ms]) => all + ms, 0);
  const most = inherited
    .slice(0, 4)
    .map(([kernel, ms]) => `${kernel} ${figure((100 * ms) / total)}`)
    .join(', ');
  rows.push([name, figure(total / steps), figure((100 * sum) / total), most]);
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
