import { train as optimizers } from '@tensorflow/tfjs-core';
import {
  type BatchSampler,
  consecutiveTripletsSampler,
  cosineDecay,
  cosineSimilarity,
  createRandom,
  type Dataset,
  type FitOptions,
  inverseTimeDecay,
  mPerClassSampler,
  multipleLosses,
  multiSimilarityLoss,
  multiSimilarityMiner,
  normalizedSoftmaxLoss,
  precisionAt1,
  randomTripletsSampler,
  retrievalMetrics,
  smallConvNet,
  TripletModel,
  type TripletSampler,
  tripletLoss,
  type WarpImagesOptions,
  warmup,
  warpImages,
} from 'tfjs-metric-learning';
import { bestNetwork, embeddingSize } from './bestNetwork.ts';
import type { BestConfig, Config, TripletConfig } from './config.ts';
import { holdOut, type ImageSet } from './data.ts';
import { suitedWarp } from './suitedWarp.ts';
import { UserError } from './userError.ts';

/** A way to train: the model, ready to be fitted, and what an epoch shows it. */
export interface Recipe {
  readonly model: TripletModel;
  /** The images that it learns from, and those that are measured after each epoch. */
  readonly learned: Dataset;
  readonly validation: Dataset;
  readonly options: FitOptions;
  readonly epochs: number;
  /** Triplets or images in a batch. */
  readonly batchSize: number;
  /** What a batch is made of, and how many of them an epoch shows. */
  readonly unit: 'triplets' | 'images';
  readonly trained: number;
  readonly validated: number;
  /** What happens to the images before the network sees them; undefined for nothing. */
  readonly augmentation?: string;
  /** Whether the test images are also searched by raw pixels, as a baseline. */
  readonly baseline: boolean;
  /** The triplets that the class report is about. */
  readonly reported: TripletSampler;
}

/** Makes what a config asks for; the backend must be running. */
export async function createRecipe(
  config: Config,
  train: ImageSet,
  test: ImageSet,
): Promise<Recipe> {
  return config.recipe === 'best' ? bestRecipe(config, train) : tripletRecipe(config, train, test);
}

/** The Keras project of 2018: ready triplets, squared Euclidean triplet loss. */
function tripletRecipe(config: TripletConfig, train: ImageSet, test: ImageSet): Recipe {
  const { seed, margin, learningRate, schedule, decay, epochs, batchSize } = config;
  const sampler =
    config.sampler === 'random' ? randomTripletsSampler() : consecutiveTripletsSampler();
  const count = ({ labels }: ImageSet): number =>
    sampler.sample(labels, createRandom(0)).anchor.length;
  const trained = count(train);
  const steps = epochs * Math.ceil(trained / batchSize);

  const model = new TripletModel(
    smallConvNet({ inputShape: [train.height, train.width, 1], seed }),
  );
  model.compile({ optimizer: optimizers.adam(learningRate), loss: tripletLoss(margin) });
  const rate =
    schedule === 'cosine'
      ? cosineDecay(learningRate, steps)
      : inverseTimeDecay(learningRate, decay);
  return {
    model,
    learned: train.dataset,
    validation: test.dataset,
    options: { sampler, learningRate: rate },
    epochs,
    batchSize,
    unit: 'triplets',
    trained,
    validated: count(test),
    baseline: false,
    reported: sampler,
  };
}

/**
 * Unit-length embeddings of warped images; they learn from a direction for each class, and from the pairs of each batch that
 * are hard beside their anchor's others. A part of the training images is held out: the epoch that retrieves them best is
 * kept.
 */
async function bestRecipe(config: BestConfig, train: ImageSet): Promise<Recipe> {
  const { seed, learningRate, filters } = config;
  const { learned, heldOut } = holdOut(train, config.heldOut);
  const { m, batchSize } = batchOf(config.batchSize, learned);
  const { epochs, perEpoch } = lengthOf(config, Math.floor(learned.count / batchSize));
  const patience =
    config.patience === 'auto' ? Math.max(3, Math.ceil(epochs / 4)) : config.patience;
  const steps = epochs * perEpoch;
  const { rotation, scale, shear, shift, elastic, mirror } = config;
  const wanted = { rotation, scale, shear, shift, elastic, mirror };
  const warp = config.augmentation === 'auto' ? await suitedWarp(learned, wanted) : wanted;

  const model = new TripletModel(bestNetwork(train.height, train.width, filters, seed));
  const distance = cosineSimilarity();
  const classes = 1 + train.labels.reduce((most, label) => Math.max(most, label), 0);
  const loss = multipleLosses([
    { loss: normalizedSoftmaxLoss({ classes, dims: embeddingSize, seed, distance }) },
    { loss: multiSimilarityLoss({ distance }), miner: multiSimilarityMiner({ distance }) },
  ]);
  model.compile({ optimizer: optimizers.adam(learningRate), loss });
  const options: FitOptions = {
    sampler: mPerClassSampler({ m, length: perEpoch * batchSize }),
    validationSampler: everyImageOnce,
    augment: warpImages(warp),
    learningRate: warmup(Math.ceil(steps / 20), cosineDecay(learningRate, steps)),
    earlyStopping: { monitor: 'mapAtR', patience },
    validationMetrics: {
      precisionAt1,
      mapAtR: async (embeddings, labels, { distance }) =>
        (await retrievalMetrics(embeddings, labels, { distance })).mapAtR,
    },
  };
  return {
    model,
    learned: learned.dataset,
    validation: heldOut.dataset,
    options,
    epochs,
    batchSize,
    unit: 'images',
    trained: perEpoch * batchSize,
    validated: heldOut.count,
    augmentation: inWords(warp),
    baseline: true,
    reported: consecutiveTripletsSampler(),
  };
}

/** What happens to an image, as the program tells it. */
function inWords({ rotation, scale, shear, shift, elastic, mirror }: WarpImagesOptions): string {
  const percent = (value = 0): string => `${Math.round(100 * value)} %`;
  return [
    `rotated by up to ${rotation} degrees`,
    `scaled by ${percent(scale)}`,
    `slanted by ${percent(shear)}`,
    `moved by ${shift} pixels`,
    ...(elastic === 0 ? [] : [`distorted by ${elastic} pixels`]),
    mirror ? 'half of them mirrored' : 'none mirrored',
  ].join(', ');
}

/**
 * Epochs, and steps of each; `all` steps show each image once. Few images are shown often, but no image too often, and
 * there are three looks at the held-out images at least.
 */
function lengthOf(
  { epochs, steps }: BestConfig,
  all: number,
): { epochs: number; perEpoch: number } {
  if (epochs !== 'auto') return { epochs, perEpoch: all };
  const enough = Math.min(40, Math.max(3, Math.round(steps / all)));
  return { epochs: enough, perEpoch: Math.min(all, Math.ceil(steps / enough)) };
}

/** The batches of the held-out images: each image once. */
const everyImageOnce: BatchSampler = {
  kind: 'batches',
  name: 'everyImageOnce',
  sample(labels, random, batchSize) {
    const order = random.shuffle(Int32Array.from(labels.keys()));
    return Array.from({ length: Math.ceil(order.length / batchSize) }, (_, i) =>
      order.slice(i * batchSize, (i + 1) * batchSize),
    );
  },
};

/** As many images of each of up to ten classes, two at least, as `batchSize` has room for. */
function batchOf(batchSize: number, { labels, count }: ImageSet): { m: number; batchSize: number } {
  const classes = Math.min(10, new Set(labels).size);
  const m = Math.floor(batchSize / classes);
  if (m < 2) {
    throw new UserError(
      `batchSize: expected at least ${2 * classes}, two images of each of ${classes} classes; got ${batchSize}`,
    );
  }
  if (m * classes > count) {
    throw new UserError(
      `batchSize: expected at most ${count}, as many images as there are to learn from; got ${batchSize}`,
    );
  }
  return { m, batchSize: m * classes };
}
