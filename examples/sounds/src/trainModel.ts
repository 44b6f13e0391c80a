import { train as optimizers } from '@tensorflow/tfjs-core';
import {
  augmentInTurn,
  cosineDecay,
  cosineSimilarity,
  type Dataset,
  type EpochEvent,
  eraseImages,
  type History,
  mPerClassSampler,
  supConLoss,
  TripletModel,
  warmup,
  warpImages,
} from 'tfjs-metric-learning';
import { soundNetwork } from './network.ts';
import { spectrogramShape } from './spectrogram.ts';

const rate = 0.003;
const mostPerClass = 8;
const mostClasses = 12;

/**
 * Trains on spectrograms: up to twelve classes in a batch, eight sounds of each. Sounds are made longer or shorter, higher or
 * lower, and parts of them are erased, so that other drums of the same kind are not strange.
 */
export async function trainModel(
  sounds: Dataset & { readonly labels: Int32Array },
  { steps, seed }: { readonly steps: number; readonly seed: number },
  onEpoch: (event: EpochEvent) => void,
  signal: AbortSignal,
): Promise<{ model: TripletModel; history: History }> {
  const model = new TripletModel(soundNetwork(spectrogramShape, seed), {
    normalization: { mean: 0.3, std: 0.3 },
  });
  model.compile({
    optimizer: optimizers.adam(rate),
    loss: supConLoss({ temperature: 0.1, distance: cosineSimilarity() }),
  });
  const classes = Math.min(new Set(sounds.labels).size, mostClasses);
  const perClass = Math.max(2, Math.min(mostPerClass, Math.floor(sounds.labels.length / classes)));
  const warming = Math.min(20, Math.ceil(steps / 10));
  const history = await model.fit(sounds, {
    sampler: mPerClassSampler({ m: perClass }),
    batchSize: perClass * classes,
    maxSteps: steps,
    learningRate: warmup(warming, cosineDecay(rate, Math.max(1, steps - warming))),
    augment: augmentInTurn(
      warpImages({ rotation: 0, shear: 0, scale: 0.2, shift: 4 }),
      eraseImages({ share: 0.5, area: 0.2 }),
    ),
    seed,
    onEpoch,
    signal,
  });
  return { model, history };
}
