// Trains the network that the page begins with, and writes pretrained/digits.bundle: network, the digits of the map as its
// index, threshold and scores. `npm run pretrain -w examples/browser`, some minutes.
import { writeFileSync } from 'node:fs';
import { setBackend, train } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import {
  createIndex,
  createRandom,
  encodeBundle,
  supConLoss,
  TripletModel,
  tsne,
  unitLength,
} from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { inkToImage } from 'tfjs-metric-learning/browser';
import { imageSize, mapDigits, readDigits } from './digits.mjs';
import { drawGlyph, learned, strangers } from './glyphs.mjs';
import { measure } from './quality.mjs';

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const steps = option('steps', 5000);
const dims = option('dims', 32);
await registerSimdBackend({ threads: option('threads', 1) });
await setBackend('simd');

const random = createRandom(option('seed', 1));
const digits = await readDigits('train');
const pictures = [];
const labels = [];
const add = (image, label) => {
  if (!image) return;
  pictures.push(Uint8Array.from(image, Math.round));
  labels.push(label);
};
for (let i = 0; i < digits.count; i++) {
  const image = digits.pixels.subarray(i * imageSize, (i + 1) * imageSize);
  add(image, digits.labels[i]);
  if (i % 2 === 0) add(byAnotherHand(image), digits.labels[i]);
}
const hand = { uniform: () => random.next() };
Object.values(learned).forEach((strokes, kind) => {
  for (let i = 0; i < 300; i++) add(drawGlyph(strokes, hand), 10 + kind);
});
const examples = new Uint8Array(pictures.length * imageSize);
pictures.forEach((picture, i) => {
  examples.set(picture, i * imageSize);
});
console.log(`${pictures.length} pictures of ${new Set(labels).size} classes`);

const network = sequential({
  layers: [
    layers.conv2d({ filters: 24, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 48, kernelSize: 3, activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: dims }),
    unitLength(),
  ],
});
const model = new TripletModel(network, { normalization: { scale: 1 / 255 } });
model.compile({ optimizer: train.adam(0.002), loss: supConLoss({ temperature: 0.1 }) });

/** Of each batch of 142, seven of every digit and two of 36 of the other drawings. */
const sampler = {
  kind: 'batches',
  name: 'digitsAndOthers',
  defaultBatchSize: () => 142,
  sample(ids, source) {
    const members = new Map();
    ids.forEach((id, i) => {
      if (!members.has(id)) members.set(id, []);
      members.get(id).push(i);
    });
    const others = [...members.keys()].filter((id) => id > 9);
    const some = (id, count) =>
      Array.from({ length: count }, () => members.get(id)[source.integer(members.get(id).length)]);
    return Array.from({ length: 500 }, () => {
      const chosen = source.shuffle([...others]).slice(0, 36);
      const batch = [...Array(10).keys()].flatMap((id) => some(id, 7));
      return Int32Array.from([...batch, ...chosen.flatMap((id) => some(id, 2))]);
    });
  },
};
await model.fit(
  { examples, labels: Int32Array.from(labels) },
  {
    sampler,
    maxSteps: steps,
    seed: 1,
    learningRate: (step) => 0.002 * 0.5 * (1 + Math.cos((Math.PI * step) / steps)),
    onStep: ({ epoch, step, meanLoss, stepsPerSecond }) => {
      if (step % 250 !== 0) return;
      console.log(
        `epoch ${epoch} step ${step}: ${meanLoss.toFixed(3)}, ${stepsPerSecond.toFixed(1)} steps/s`,
      );
    },
  },
);

const { map, rest } = await mapDigits();
const embeddings = model.embed(map.pixels);
const { points } = await tsne(embeddings, { perplexity: 25 });
const round = (value) => Math.round(100 * value) / 100;
const index = createIndex({ model });
await index.add(
  embeddings,
  Array.from(map.labels, (digit, i) => ({
    id: `digit-${i}`,
    label: `${digit}`,
    metadata: { x: round(points[2 * i]), y: round(points[2 * i + 1]) },
  })),
);
embeddings.dispose();
const quality = await measure({ model, index, rest, strangers });
console.log(quality);
const { threshold, ...scores } = quality;
const bytes = await encodeBundle({ network, index: index.state(), threshold, scores });
const file = new URL('../pretrained/digits.bundle', import.meta.url);
writeFileSync(file, bytes);
console.log(`${file.pathname.split('/').slice(-2).join('/')}: ${bytes.length} bytes`);

/** A digit as someone else would write it: turned, sheared and stretched, with another pen. */
function byAnotherHand(image) {
  const within = (low, high) => low + (high - low) * random.next();
  const angle = (within(-14, 14) * Math.PI) / 180;
  const [shear, wide, high, pen] = [
    within(-0.25, 0.25),
    within(0.75, 1.2),
    within(0.8, 1.1),
    within(0.6, 1.9),
  ];
  const size = 56;
  const data = new Uint8ClampedArray(4 * size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [(x + 0.5) / 2 - 14, (y + 0.5) / 2 - 14];
      const turnedX = (u * Math.cos(angle) + v * Math.sin(angle)) / wide + shear * v;
      const turnedY = (-u * Math.sin(angle) + v * Math.cos(angle)) / high;
      const value = sample(image, turnedX + 13.5, turnedY + 13.5) / 255;
      data[4 * (y * size + x) + 3] = 255 * value ** (1 / pen);
    }
  }
  return inkToImage({ data, width: size, height: size });
}

/** Bilinear. */
function sample(image, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const [dx, dy] = [x - column, y - row];
  const at = (c, r) => (c < 0 || r < 0 || c > 27 || r > 27 ? 0 : image[28 * r + c]);
  return (
    (1 - dy) * ((1 - dx) * at(column, row) + dx * at(column + 1, row)) +
    dy * ((1 - dx) * at(column, row + 1) + dx * at(column + 1, row + 1))
  );
}
