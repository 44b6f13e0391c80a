import { add, mul, train as optimizers, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { model as layersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import {
  augmentInTurn,
  cosineDecay,
  cosineSimilarity,
  type EpochEvent,
  embedDataset,
  type History,
  type LazyDataset,
  ldaAdapter,
  mPerClassSampler,
  type Random,
  supConLoss,
  TripletModel,
  warmup,
  warpImages,
} from 'tfjs-metric-learning';
import type { Flags } from './flags.ts';
import { overHalfCells, pictureNetwork } from './network.ts';

const rate = 0.002;

/**
 * Trains on the cells of pictures of some classes: 32 classes in a batch, four pictures of each. At the end the embeddings
 * become means over small moves of a picture, and linear discriminant analysis of the same pictures shortens what still
 * differs within their classes.
 */
export async function trainModel(
  cells: LazyDataset,
  { steps, seed }: Pick<Flags, 'steps' | 'seed'>,
  onEpoch: (event: EpochEvent) => void,
  signal: AbortSignal,
): Promise<{ model: TripletModel; history: History }> {
  const normalization = { scale: 1 / 255, mean: 0.3, std: 0.3 };
  const base = pictureNetwork(cells.shape, seed);
  const model = new TripletModel(base, { normalization });
  model.compile({
    optimizer: optimizers.adam(rate),
    loss: supConLoss({ temperature: 0.07, distance: cosineSimilarity() }),
  });
  const ids = Array.from(cells.labels as ArrayLike<number>);
  const classes = new Set(ids).size;
  const warming = Math.min(20, Math.ceil(steps / 10));
  const history = await model.fit(cells, {
    sampler: mPerClassSampler({ m: 4 }),
    batchSize: Math.min(128, 4 * Math.min(classes, Math.floor(cells.count / 4))),
    maxSteps: steps,
    learningRate: warmup(warming, cosineDecay(rate, Math.max(1, steps - warming))),
    augment: augmentInTurn(
      warpImages({ rotation: 8, scale: 0.12, shear: 0.05, shift: 1 }),
      changeColors,
    ),
    seed,
    onEpoch,
    signal,
  });
  const steady = overHalfCells(base, cells.shape);
  const adapter = await ldaAdapter(
    await embedDataset(new TripletModel(steady, { normalization }), cells),
    ids,
  );
  const output = adapter.apply(steady.outputs[0]!) as SymbolicTensor;
  const both = layersModel({ inputs: steady.inputs, outputs: output });
  return { model: new TripletModel(both, { normalization }), history };
}

/** Makes the colors of cells brighter or darker by up to 30 %, and tints them by up to 8 % of white; edges stay. */
function changeColors(cells: Tensor, random: Random): Tensor {
  const [count = 0, , , channels = 0] = cells.shape;
  const draw = (reach: number): number => (2 * random.next() - 1) * reach;
  const factors = new Float32Array(count * channels).fill(1);
  const tints = new Float32Array(count * channels);
  for (let row = 0; row < count; row++) {
    const brightness = 1 + draw(0.3);
    for (let k = row * channels; k < row * channels + 4; k++) {
      factors[k] = brightness;
      tints[k] = draw(0.08) * 255;
    }
  }
  return tidy(() => {
    const each = [count, 1, 1, channels];
    return add(mul(cells, tensor(factors, each)), tensor(tints, each));
  });
}
