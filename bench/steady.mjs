/**
 * Trains for long, and prints the memory in use on the way. Build the library first.
 *
 *   node bench/steady.mjs [--steps 10000] [--threads 2] [--batches 32,7,19,1]
 *
 * The steps are the MNIST job's, on noise; several batch sizes take turns, and between the steps tensors of sizes
 * that never come again are made and dropped.
 */
import { parseArgs } from 'node:util';
import '@tensorflow/tfjs-layers';
import { dispose, memory, relu, setBackend, zeros } from '@tensorflow/tfjs-core';
import { createRandom, smallConvNet, TripletModel, tripletLoss } from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { table } from './tables.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    threads: { type: 'string', default: '2' },
    batches: { type: 'string', default: '32' },
  },
});
const batches = values.batches.split(',').map(Number);
const random = createRandom(1);
const pixels = 28 * 28;

await registerSimdBackend({ threads: Number(values.threads) });
await setBackend('simd');

const labels = Int32Array.from({ length: 2000 }, (_, i) => i % 10);
const examples = Uint8Array.from(
  { length: labels.length * pixels },
  (_, i) => 12 * labels[Math.floor(i / pixels)] + random.integer(100),
);
const model = new TripletModel(smallConvNet({ seed: 1 }));
model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
const streams = batches.map((batchSize) =>
  model.train({ examples, labels }, { batchSize, epochs: 1e6, seed: batchSize }),
);

const started = performance.now();
const rows = [];
for (let step = 1; step <= Number(values.steps); step++) {
  await takeStep(streams[step % streams.length]);
  if (batches.length > 1) passing();
  if (isRound(step)) rows.push(await figures(step));
}
console.log(`${machine()}\n`);
const header = [
  'step',
  'tensors',
  'in use, MB',
  'grown to, MB',
  'JS heap, MB',
  'resident, MB',
  's',
];
console.log(table(header, rows));

async function takeStep(stream) {
  for (;;) {
    const { value } = await stream.next();
    if (value.kind === 'step') return;
  }
}

/** A tensor of 4 bytes to 1 MB that passes through a kernel. */
function passing() {
  const x = zeros([1 + Math.floor(262_144 * random.next() ** 3)]);
  dispose([x, relu(x)]);
}

/** 10, 20, 50, 100, .. */
function isRound(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return step >= 10 && [1, 2, 5].includes(step / power);
}

async function figures(step) {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { usedBytes, grownBytes } = simdBackendInfo();
  const megabytes = [usedBytes, grownBytes, heapUsed, rss].map((b) => (b / 2 ** 20).toFixed(2));
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  return [step, memory().numTensors, ...megabytes, seconds];
}
