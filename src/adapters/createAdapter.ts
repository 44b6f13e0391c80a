import type { SymbolicTensor } from '@tensorflow/tfjs-layers';
import { initializers, input, type LayersModel, layers, model } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBackend } from '../internal/checkBackend.ts';
import { type OptionKind, oneOf, seed as seedKind, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../internal/readOptions.ts';
import { createRandom } from '../random/createRandom.ts';

export interface CreateAdapterOptions {
  /** The width of the features, and of the embeddings. */
  dims: number;
  /** The rank of the correction: how many directions of the features it can change. 8 to 128. Default 64. */
  rank?: number;
  /** The share of the features that the correction does not see in a training step. From 0 to below 1. Default 0.1. */
  dropout?: number;
  /**
   * What the adapter does before it is trained: `'identity'` gives the features as they are; `'random'` gives them with a
   * random correction, as a dense layer does. Default 'identity'.
   */
  start?: 'identity' | 'random';
  /** Decides the first weights. Default 0. */
  seed?: number;
}

const [narrowName, wideName] = ['correction_narrow', 'correction_wide'];

const shareBelowOne: OptionKind<number> = {
  expected: 'a number from 0 to below 1',
  accepts: (value) => typeof value === 'number' && value >= 0 && value < 1,
};

export const createAdapterOptions: OptionTable<CreateAdapterOptions> = {
  dims: required(wholeNumber(1)),
  rank: preset(64, wholeNumber(1)),
  dropout: preset(0.1, shareBelowOne),
  start: preset('identity', oneOf('identity', 'random')),
  seed: preset(0, seedKind),
};

/**
 * A network that corrects frozen features, such as those of a sentence model: features [batch, dims] plus a linear
 * correction of them of low rank, `x + B A x + c` with A [rank, dims], B [dims, rank] and c [dims].
 *
 * B and c begin at zero, so that the adapter begins as the identity. `fitAdapter` trains it so that it never ends below the
 * features by more than chance. It is made of tfjs' own layers and can be the base of a `TripletModel`, part of a bundle,
 * or saved as any network. It is the caller's to dispose.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, `rank` is larger than `dims`, or there is no
 * tfjs backend.
 * @example
 * const adapter = createAdapter({ dims: 384, rank: 64 });
 * const { kept } = await fitAdapter(adapter, { features, labels });
 * @see Houlsby et al.: Parameter-efficient transfer learning for NLP, ICML 2019, for adapters that begin as the identity;
 * Hu et al.: LoRA, ICLR 2022, for corrections of low rank.
 */
export function createAdapter(options: CreateAdapterOptions): LayersModel {
  const where = 'createAdapter';
  const { dims, rank, dropout, start, seed } = readOptions(where, createAdapterOptions, options);
  if (rank > dims) {
    throw new MetricLearningError({
      where,
      expected: `rank to be at most dims (${dims})`,
      got: `rank: ${rank}`,
    });
  }
  checkBackend(where);
  const random = createRandom(seed);
  const initial = (name: string): ReturnType<typeof initializers.glorotUniform> =>
    initializers.glorotUniform({ seed: 1 + random.fork(name).integer(2 ** 31 - 1) }); // tfjs understands 0 as "no seed"

  const features = input({ shape: [dims] });
  const seen = dropout === 0 ? features : layers.dropout({ rate: dropout }).apply(features);
  const narrow = layers.dense({
    name: narrowName,
    units: rank,
    useBias: false,
    kernelInitializer: initial('A'),
  });
  const wide = layers.dense({
    name: wideName,
    units: dims,
    kernelInitializer: start === 'identity' ? 'zeros' : initial('B'),
  });
  const correction = wide.apply(narrow.apply(seen)) as SymbolicTensor;
  const outputs = layers.add().apply([features, correction]) as SymbolicTensor;
  return model({ inputs: features, outputs });
}

/** The layers of the correction: A and B; undefined for a network that `createAdapter` did not make. */
export function correctionLayers(
  network: LayersModel,
): { narrow: layers.Layer; wide: layers.Layer } | undefined {
  const find = (name: string): layers.Layer | undefined =>
    network.layers.find((layer) => layer.name === name);
  const [narrow, wide] = [find(narrowName), find(wideName)];
  return narrow && wide && { narrow, wide };
}
