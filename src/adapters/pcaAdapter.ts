import type { Sequential } from '@tensorflow/tfjs-layers';
import { type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { checkBackend } from '../internal/checkBackend.ts';
import { flag, nonNegative, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { symmetricEigen } from '../projection/internal/symmetricEigen.ts';
import { checkKept } from './checkKept.ts';
import {
  covarianceMatrix,
  inverseDeviations,
  linearNetwork,
  scaledColumns,
} from './linearNetwork.ts';

export interface PcaAdapterOptions {
  /** The number of axes to keep, those of most variance. Default: all. */
  dims?: number;
  /** Gives each axis the same variance. Default true. */
  whiten?: boolean;
  /** The share of the mean variance that is added to each variance before whitening. 0.01 to 1. Default 0.1. */
  shrinkage?: number;
}

export const pcaAdapterOptions: OptionTable<PcaAdapterOptions, 'dims'> = {
  dims: optional(wholeNumber(1)),
  whiten: preset(true, flag),
  shrinkage: preset(0.1, nonNegative),
};

/**
 * The closed-form adapter without labels: principal components of features [count, features], whitened. A baseline
 * beside `createAdapter`, and a way to narrower embeddings.
 *
 * It returns a network of one dense layer, which is the caller's to dispose. Time grows with the cube of the width: 384
 * features take about a second.
 *
 * @throws MetricLearningError if the features are not finite, an option is out of its range, or `dims` is larger than
 * the width.
 * @example
 * const whitening = await pcaAdapter(features, { dims: 128 });
 * const verdict = await evaluateAdapter(whitening, { features: others, labels });
 * @see Jégou, Chum: Negative evidences and co-occurrences in image retrieval: the benefit of PCA and whitening, ECCV 2012.
 */
export async function pcaAdapter(
  features: Embeddings,
  options: PcaAdapterOptions = {},
): Promise<Sequential> {
  const where = 'pcaAdapter';
  const { dims, whiten, shrinkage } = readOptions(where, pcaAdapterOptions, options);
  checkBackend(where);
  const rows = await readEmbeddings(where, 'features', features);
  const width = rows.shape[1];
  const kept = checkKept(where, dims, width);
  const { mean, matrix } = covarianceMatrix(rows);
  const { values, vectors } = symmetricEigen(matrix, width);
  const scaleOf = whiten ? inverseDeviations(values, shrinkage) : () => 1;
  return linearNetwork(mean, scaledColumns(vectors, width, kept, scaleOf), kept);
}
