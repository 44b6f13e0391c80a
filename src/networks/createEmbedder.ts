import { type Rank, slice, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Examples } from '../data/dataset.ts';
import { embeddableSource } from '../data/exampleSource.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceKind } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { flag, type OptionKind, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { normalize } from '../ops/normalize.ts';
import { checkBase } from './checkBase.ts';
import type { Embedder } from './embedder.ts';
import { embedExamples } from './embedExamples.ts';
import { forwardPass } from './forwardPass.ts';
import { distanceOfNetwork } from './networkDistance.ts';
import { namesOfNetwork } from './networkNames.ts';
import { checkSameNormalization, normalizationOf } from './networkNormalization.ts';
import { checkNormalization, type Normalization } from './normalization.ts';

/** What goes before and after a network. */
export interface EmbedderOptions extends Normalization {
  /**
   * Keeps the first so many numbers of each embedding, for networks that were trained with `matryoshkaLoss`. Default: all.
   */
  readonly dims?: number;
  /** Brings embeddings to unit length, after they were cut. Default false. */
  readonly unitLength?: boolean;
  /**
   * The distance that the embeddings are made for. Default: the distance that the network was trained with, where it is
   * known.
   */
  readonly distance?: Distance;
}

/** Accepts anything here: `checkNormalization` checks it later. */
const anything: OptionKind<never> = {
  expected: 'a number, or one for each channel',
  accepts: () => true,
};

export const embedderOptions: OptionTable<
  EmbedderOptions,
  'scale' | 'mean' | 'std' | 'dims' | 'distance'
> = {
  scale: optional(anything),
  mean: optional(anything),
  std: optional(anything),
  dims: optional(wholeNumber(1)),
  unitLength: preset(false, flag),
  distance: optional(distanceKind),
};

/** A network with what goes before and after it. */
export interface NetworkEmbedder extends Embedder {
  readonly network: LayersModel;
  readonly normalization: Required<Omit<EmbedderOptions, 'dims' | 'distance'>> &
    Pick<EmbedderOptions, 'dims'>;
  /** The distance that the embeddings are made for, where it is known. */
  readonly distance?: Distance;
  /** The embeddings of examples, [count, dims]; the caller disposes them. */
  embed(examples: Examples): Tensor2D;
}

/**
 * Embeds with a network as it was trained: examples are normalized before it, and embeddings can be brought to unit
 * length after it. The network stays the caller's.
 *
 * A network that a `TripletModel` trained, or that was saved by one, brings its normalization with it; `scale`, `mean`
 * and `std` are for networks from elsewhere.
 *
 * @throws MetricLearningError if the network cannot embed, the normalization does not fit its input, or the network was
 * trained with another normalization.
 *
 * @example
 * const embedder = createEmbedder(network, { scale: 1 / 255, unitLength: true });
 * const embeddings = embedder.embed(images); // [count, dims]
 */
export function createEmbedder(
  network: LayersModel,
  options: EmbedderOptions = {},
): NetworkEmbedder {
  const where = 'createEmbedder';
  const { input, inputDtype, dims: width } = checkBase(where, network);
  const values = readOptions(where, embedderOptions, options);
  const { unitLength, dims = width } = values;
  checkWidth(where, dims, width);
  const distance = values.distance ?? distanceOfNetwork(network);
  const { unitLength: _unit, dims: _dims, distance: _distance, ...given } = options;
  const asked = checkNormalization(where, given, input);
  if (Object.keys(given).length > 0) checkSameNormalization(where, network, asked);
  const normalization = normalizationOf(network) ?? asked;
  const names = namesOfNetwork(network);
  const forward = forwardPass(network, normalization);
  return {
    network,
    dims,
    normalization: { ...normalization, unitLength, ...(dims < width && { dims }) },
    ...(distance && { distance }),
    ...(names.length > 0 && { names }),
    embed(examples) {
      const source = embeddableSource('embed', examples, input, inputDtype);
      const embeddings = embedExamples(forward, source);
      if (!unitLength && dims === width) return embeddings;
      try {
        return tidy(() => {
          const cut = slice<Rank.R2, Tensor2D>(embeddings, [0, 0], [embeddings.shape[0], dims]);
          return unitLength ? normalize(cut) : cut;
        });
      } finally {
        embeddings.dispose();
      }
    },
  };
}

function checkWidth(where: string, dims: number, width: number): void {
  if (dims <= width) return;
  throw new MetricLearningError({
    where,
    expected: `dims to be at most the width of the embeddings (${width})`,
    got: `dims: ${dims}`,
  });
}
