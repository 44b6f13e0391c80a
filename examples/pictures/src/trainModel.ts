import { train as optimizers } from '@tensorflow/tfjs-core';
import {
  augmentInTurn,
  colorImages,
  cosineDecay,
  cosineSimilarity,
  type EpochEvent,
  type History,
  type LazyDataset,
  mPerClassSampler,
  supConLoss,
  TripletModel,
  warmup,
  warpImages,
} from 'tfjs-metric-learning';
import type { Flags } from './flags.ts';
import { pictureNetwork } from './network.ts';

const rate = 0.002;

/** Trains on the pictures of some classes: 32 classes in a batch, four pictures of each. */
export async function trainModel(
  pictures: LazyDataset,
  { size, steps, seed }: Pick<Flags, 'size' | 'steps' | 'seed'>,
  onEpoch: (event: EpochEvent) => void,
  signal: AbortSignal,
): Promise<{ model: TripletModel; history: History }> {
  const model = new TripletModel(pictureNetwork(size, seed), {
    normalization: { scale: 1 / 255, mean: 0.4, std: 0.4 },
  });
  model.compile({
    optimizer: optimizers.adam(rate),
    loss: supConLoss({ temperature: 0.1, distance: cosineSimilarity() }),
  });
  const classes = new Set(Array.from(pictures.labels as ArrayLike<number>)).size;
  const warming = Math.min(20, Math.ceil(steps / 10));
  const history = await model.fit(pictures, {
    sampler: mPerClassSampler({ m: 4 }),
    batchSize: Math.min(128, 4 * Math.min(classes, Math.floor(pictures.count / 4))),
    maxSteps: steps,
    learningRate: warmup(warming, cosineDecay(rate, Math.max(1, steps - warming))),
    augment: augmentInTurn(
      warpImages({ rotation: 15, scale: 0.15, shear: 0.1, shift: size / 10 }),
      colorImages({ brightness: 0.12, contrast: 0.3, saturation: 0.5, tint: 0.08, gray: 0.1 }),
    ),
    seed,
    onEpoch,
    signal,
  });
  return { model, history };
}
