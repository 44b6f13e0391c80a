/**
 * Three runs whose tensors change their sizes all the time, in one process each, on the simd backend: images of
 * growing size, a server whose requests have 1 to 128 images, and training with batches of growing size. Build the
 * library first.
 *
 *   node bench/soak.mjs [growing] [server] [training] [--threads 2]
 *
 * For each run: the worst request beside the median of the requests of its size, which must be at most 5 times as
 * fast, and the share of the grown memory that was in use at the peak, which must be at least 0.7. The same ratio in
 * processor time, of all threads of the process, leaves out the time in which other programs had the cores: a request of
 * 4 ms that has to wait for the next time slice takes 40.
 */
import { parseArgs } from 'node:util';
import { randomUniform, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { createRandom, TripletModel, tripletLoss } from 'tfjs-metric-learning';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import { machine } from './machine.mjs';
import { figure, median, table } from './tables.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { threads: { type: 'string', default: '2' } },
});
const threads = Number(values.threads);
const runs = { growing, server, training };
const chosen = positionals.length > 0 ? positionals : Object.keys(runs);

console.log(`${machine()}\n`);
const rows = [];
for (const name of chosen) {
  await registerSimdBackend({ threads });
  await setBackend('simd');
  rows.push([name, ...summary(await runs[name]())]);
  removeBackend('simd');
}
const header = [
  'run',
  'requests',
  'worst, ms',
  'median at its size, ms',
  'worst / median',
  'in processor time',
  'peak in use, MB',
  'grown to, MB',
  'peak / grown',
];
console.log(table(header, rows));

/** 64 images at a time, of 96 x 96, 100 x 100 .. 224 x 224 pixels. */
function growing() {
  const model = imageModel();
  const requests = [];
  for (let size = 96; size <= 224; size += 4) {
    for (let i = 0; i < 3; i++) requests.push(embed(model, 64, size, size));
  }
  return requests;
}

/** 200 requests of 1 to 128 images of 96 x 96 pixels, small ones more often. */
function server() {
  const model = imageModel();
  const random = createRandom(1);
  const sizes = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 128];
  embed(model, 1, 96, 1);
  return Array.from({ length: 200 }, () => {
    const count = sizes[random.integer(sizes.length)];
    return embed(model, count, 96, count);
  });
}

/** Steps with batches of 40, 50 .. 90 triplets. */
async function training() {
  const model = imageModel(64);
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  const random = createRandom(1);
  const labels = Int32Array.from({ length: 600 }, (_, i) => i % 10);
  const examples = Uint8Array.from({ length: labels.length * 64 * 64 * 3 }, () =>
    random.integer(256),
  );
  const requests = [];
  for (const batchSize of [40, 50, 60, 70, 80, 90]) {
    let started = now();
    const steps = model.train({ examples, labels }, { batchSize, epochs: 2, seed: batchSize });
    for await (const { kind } of steps) {
      if (kind !== 'step') continue;
      requests.push({ size: batchSize, ...since(started) });
      started = now();
      if (requests.filter(({ size }) => size === batchSize).length === 4) break;
    }
  }
  return requests;
}

function imageModel(side = null) {
  const relu = { kernelSize: 3, activation: 'relu' };
  return new TripletModel(
    sequential({
      layers: [
        layers.conv2d({ inputShape: [side, side, 3], filters: 32, ...relu }),
        layers.conv2d({ filters: 32, ...relu }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 16 }),
      ],
    }),
  );
}

function embed(model, count, side, size) {
  const images = randomUniform([count, side, side, 3]);
  const started = now();
  const embeddings = model.embed(images, { batchSize: count });
  embeddings.dataSync();
  const taken = since(started);
  images.dispose();
  embeddings.dispose();
  return { size, ...taken };
}

function now() {
  return { ms: performance.now(), cpu: process.cpuUsage() };
}

/** Milliseconds since then, and those of the processor. */
function since({ ms, cpu }) {
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - ms, cpuMs: (user + system) / 1000 };
}

function summary(requests) {
  const wall = worst(requests, 'ms');
  const processor = worst(requests, 'cpuMs');
  const { peakBytes, grownBytes } = simdBackendInfo();
  return [
    requests.length,
    figure(wall.time),
    figure(wall.median),
    figure(wall.time / wall.median),
    figure(processor.time / processor.median),
    (peakBytes / 2 ** 20).toFixed(0),
    (grownBytes / 2 ** 20).toFixed(0),
    (peakBytes / grownBytes).toFixed(2),
  ];
}

/** The time of the request that was slowest beside the median at its size, and this median. */
function worst(requests, unit) {
  const medians = new Map();
  for (const { size } of requests) {
    medians.set(size, median(requests.filter((one) => one.size === size).map((one) => one[unit])));
  }
  const all = requests.map((one) => ({ time: one[unit], median: medians.get(one.size) }));
  return all.reduce((a, b) => (b.time / b.median > a.time / a.median ? b : a));
}
