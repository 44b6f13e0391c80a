import { train as optimizers } from '@tensorflow/tfjs-core';
import { initializers, layers, sequential } from '@tensorflow/tfjs-layers';
import {
  batchHardMiner,
  contrastiveLoss,
  createRandom,
  type IdxDataset,
  type IndexState,
  type Loss,
  type Miner,
  mPerClassSampler,
  multiSimilarityLoss,
  multiSimilarityMiner,
  nearestNeighbors,
  type Pca,
  pca,
  proxyAnchorLoss,
  semiHardMiner,
  supConLoss,
  TripletModel,
  tripletMarginLoss,
  tsne,
  unitLength,
} from 'tfjs-metric-learning';
import {
  type Setup,
  serveTraining,
  setUp,
  type TrainingSession,
} from 'tfjs-metric-learning/browser';
import { encodeInk, fetchDigits, imageSize } from './digits.ts';
import { createPictureLearner, type Shown } from './pictureLearner.ts';
import type { LossName, MinerName, Settings } from './settings.ts';

const dims = 32;
let setup: Setup | undefined;
let learned: Promise<IdxDataset> | undefined;
let shown: Promise<IdxDataset> | undefined;
/** The axes of the map while a network learns. */
let axes: Pca | undefined;
const pictures = createPictureLearner();

const lossOf: Record<LossName, (classes: number) => Loss> = {
  supCon: () => supConLoss({ temperature: 0.1 }),
  triplet: () => tripletMarginLoss({ margin: 0.3 }),
  multiSimilarity: () => multiSimilarityLoss(),
  contrastive: () => contrastiveLoss({ posMargin: 0, negMargin: 1 }),
  proxyAnchor: (classes) => proxyAnchorLoss({ classes, dims }),
};
const minerOf: Record<MinerName, () => Miner | undefined> = {
  none: () => undefined,
  semiHard: () => semiHardMiner(),
  batchHard: () => batchHardMiner(),
  multiSimilarity: () => multiSimilarityMiner(),
};

serveTraining<Settings>(self, {
  async start() {
    // One processor stays with the page, which draws while this worker trains.
    const threads = Math.max(1, Math.min(navigator.hardwareConcurrency - 1, 8));
    setup = await setUp(crossOriginIsolated ? { threads } : {});
  },
  async train({ loss, miner, seed, steps, taught }) {
    axes = undefined;
    learned ??= fetchDigits('train');
    shown ??= fetchDigits('map');
    const [digits, map] = await Promise.all([learned, shown]);
    const names = [...new Set(taught.map(({ label }) => label))];
    // Eight copies of each taught drawing: five scribbles beside 400 images of every digit.
    const own = taught.flatMap((each) => Array.from({ length: 8 }, () => each));
    const classes = 10 + names.length;
    const model = new TripletModel(network(seed), { normalization: { scale: 1 / 255 } });
    model.compile({ optimizer: optimizers.adam(0.002), loss: lossOf[loss](classes) });
    const mined = minerOf[miner]();
    return {
      model,
      data: {
        examples: joined(
          digits.examples,
          own.map(({ pixels }) => pixels),
        ),
        labels: Int32Array.from([
          ...digits.labels,
          ...own.map(({ label }) => 10 + names.indexOf(label)),
        ]),
      },
      options: {
        sampler: mPerClassSampler({ m: 8 }),
        batchSize: 8 * classes,
        maxSteps: steps,
        seed,
        ...(mined && { miner: mined }),
      },
      watch: {
        examples: joined(
          map.examples,
          taught.map(({ pixels }) => pixels),
        ),
        everySteps: 15,
        items: [
          ...Array.from(map.labels, (digit, i) => ({ id: `digit-${i}`, label: `${digit}` })),
          ...taught.map(({ label, pixels }, i) => ({
            id: `taught-${i}`,
            label,
            metadata: { ink: encodeInk(pixels) },
          })),
        ],
      },
    };
  },
  calls: {
    setup: () => setup,
    learnPictures: (_session: TrainingSession, shown: Shown) => pictures.learn(shown),
    seePicture: (_session: TrainingSession, features: Float32Array) => pictures.see(features),
    /** The plane in which all that is known is spread out most, with the axes of the last one as nearly as can be. */
    async project({ index }: TrainingSession) {
      axes = await pca(rowsOf(index!.state()), axes ? { like: axes } : {});
      return structuredClone(axes); // what is returned moves to the page
    },
    /** A map on which neighbors stay neighbors. */
    async untangle({ index }: TrainingSession) {
      const { points } = await tsne(rowsOf(index!.state()), { perplexity: 25, iterations: 500 });
      return points;
    },
    /** The distance within which 99 of 100 known examples find one of their own class, and how many find that first. */
    async calibrate(session: TrainingSession) {
      const index = session.index!;
      const state = index.state();
      const { items } = state;
      const rows = rowsOf(state);
      const { indices, distances } = await nearestNeighbors(rows, rows, 1, {
        excludeSelf: true,
        distance: index.distance,
      });
      const sorted = [...distances].sort((a, b) => a - b);
      session.threshold = sorted[Math.floor(0.99 * (sorted.length - 1))]!;
      const right = items.filter(({ label }, i) => label === items[indices[i]!]!.label).length;
      return { threshold: session.threshold, precisionAt1: right / items.length };
    },
  },
});

/** The embeddings of an index as rows. */
function rowsOf({ vectors, dims: width, items }: IndexState) {
  return { data: vectors, shape: [items.length, width] as const };
}

/** A smaller network than the pretrained one, for more steps a second; the seed decides its first weights. */
function network(seed: number) {
  const random = createRandom(seed);
  const start = (name: string) =>
    initializers.glorotUniform({ seed: 1 + random.fork(name).integer(2 ** 31 - 1) });
  return sequential({
    layers: [
      layers.conv2d({
        filters: 16,
        kernelSize: 3,
        activation: 'relu',
        inputShape: [28, 28, 1],
        kernelInitializer: start('first'),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({
        filters: 32,
        kernelSize: 3,
        activation: 'relu',
        kernelInitializer: start('second'),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: dims, kernelInitializer: start('dense') }),
      unitLength(),
    ],
  });
}

function joined(pixels: Uint8Array, more: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pixels.length + more.length * imageSize);
  all.set(pixels);
  more.forEach((image, i) => {
    all.set(image, pixels.length + i * imageSize);
  });
  return all;
}
