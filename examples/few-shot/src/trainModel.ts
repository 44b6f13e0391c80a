import { train as optimizers } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import {
  cosineDecay,
  type EpochEvent,
  mPerClassSampler,
  multiSimilarityLoss,
  multiSimilarityMiner,
  shiftImages,
  TripletModel,
  unitLength,
  warmup,
} from 'tfjs-metric-learning';
import { heUniform } from '../../shared/heUniform.js';
import type { Images } from './data.ts';

export interface Training {
  readonly epochs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onEpoch: (event: EpochEvent) => void;
}

const each = 16; // images of each digit in a batch
const rate = 0.002;
const reach = 3; // pixels an image is moved at most

/** Learns embeddings of unit length from digits whose pairs are mined in each batch. */
export async function trainModel(images: Images, training: Training): Promise<TripletModel> {
  const { epochs, seed, signal, onEpoch } = training;
  const batchSize = each * new Set(images.labels).size;
  const steps = epochs * Math.floor(images.labels.length / batchSize);
  const model = new TripletModel(network(seed));
  model.compile({ optimizer: optimizers.adam(rate), loss: multiSimilarityLoss() });
  await model.fit(
    { examples: images.pixels, labels: images.labels },
    {
      sampler: mPerClassSampler({ m: each }),
      miner: multiSimilarityMiner(),
      batchSize,
      epochs,
      seed,
      augment: shiftImages(reach),
      learningRate: warmup(Math.ceil(steps / 10), cosineDecay(rate, steps)),
      signal,
      onEpoch,
    },
  );
  return model;
}

/** Two convolutions and a dense layer to 128 numbers: 112,096 parameters. */
function network(seed: number): LayersModel {
  const he = heUniform(seed);
  const convolution = { filters: 32, kernelSize: 3, activation: 'relu' } as const;
  return sequential({
    layers: [
      layers.conv2d({ ...convolution, inputShape: [28, 28, 1], kernelInitializer: he('conv1') }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ ...convolution, kernelInitializer: he('conv2') }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 128, kernelInitializer: he('dense') }),
      unitLength(),
    ],
  });
}
