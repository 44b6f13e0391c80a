import { train as optimizers } from '@tensorflow/tfjs-core';
import {
  consecutiveTripletsSampler,
  cosineDecay,
  createRandom,
  type FitOptions,
  inverseTimeDecay,
  mPerClassSampler,
  multiSimilarityLoss,
  multiSimilarityMiner,
  precisionAt1,
  randomTripletsSampler,
  retrievalMetrics,
  shiftImages,
  smallConvNet,
  TripletModel,
  type TripletSampler,
  tripletLoss,
  warmup,
} from 'tfjs-metric-learning';
import { bestNetwork } from './bestNetwork.ts';
import type { BestConfig, Config, TripletConfig } from './config.ts';
import type { ImageSet } from './data.ts';
import { UserError } from './userError.ts';

/** A way to train: the model, ready to be fitted, and what an epoch shows it. */
export interface Recipe {
  readonly model: TripletModel;
  readonly options: FitOptions;
  /** What a batch is made of, and how many of them an epoch shows. */
  readonly unit: 'triplets' | 'images';
  readonly trained: number;
  readonly validated: number;
  /** The triplets that the class report is about. */
  readonly reported: TripletSampler;
}

/** Makes what a config asks for; the backend must be running. */
export function createRecipe(config: Config, train: ImageSet, test: ImageSet): Recipe {
  return config.recipe === 'best'
    ? bestRecipe(config, train, test)
    : tripletRecipe(config, train, test);
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
  const options = { sampler, learningRate: rate };
  return { model, options, unit: 'triplets', trained, validated: count(test), reported: sampler };
}

/** Unit-length embeddings; of each batch of shifted images the pairs that are hard beside their anchor's others. */
function bestRecipe(config: BestConfig, train: ImageSet, test: ImageSet): Recipe {
  const { seed, learningRate, epochs, batchSize, shift } = config;
  const sampler = mPerClassSampler({ m: imagesPerClass(batchSize, train, test) });
  const perEpoch = Math.floor(train.count / batchSize);
  const steps = epochs * perEpoch;

  const model = new TripletModel(bestNetwork(train.height, train.width, seed));
  model.compile({ optimizer: optimizers.adam(learningRate), loss: multiSimilarityLoss() });
  const options: FitOptions = {
    sampler,
    miner: multiSimilarityMiner(),
    augment: shiftImages(shift),
    learningRate: warmup(Math.ceil(steps / 20), cosineDecay(learningRate, steps)),
    validationMetrics: {
      precisionAt1,
      mapAtR: async (embeddings, labels, { distance }) =>
        (await retrievalMetrics(embeddings, labels, { distance })).mapAtR,
    },
  };
  return {
    model,
    options,
    unit: 'images',
    trained: perEpoch * batchSize,
    validated: test.count,
    reported: consecutiveTripletsSampler(),
  };
}

/** Images of each class in a batch: two at least, of up to ten classes. */
function imagesPerClass(batchSize: number, train: ImageSet, test: ImageSet): number {
  const classes = Math.min(10, new Set(train.labels).size);
  const each = batchSize / classes;
  if (!Number.isInteger(each) || each < 2) {
    throw new UserError(
      `batchSize: expected a multiple of ${classes}, as many images of each class, and at least ${2 * classes}; got ${batchSize}`,
    );
  }
  const fewest = Math.min(train.count, test.count);
  if (batchSize > fewest) {
    throw new UserError(
      `batchSize: expected at most ${fewest}, as many images as there are; got ${batchSize}`,
    );
  }
  return each;
}
