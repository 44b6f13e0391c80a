import { positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Distance } from './distance.ts';
import { dotProduct } from './dotProductSimilarity.ts';

export interface CosineSimilarityOptions {
  /** The similarity is raised to this power. Default 1. */
  power?: number;
  /** Lengths below this count as this. A larger value bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

export const cosineSimilarityOptions: OptionTable<CosineSimilarityOptions> = {
  power: preset(1, positive),
  minNorm: preset(1e-12, positive),
};

/**
 * Cosine of the angle between embeddings, from -1 to 1; larger means nearer.
 *
 * A zero vector has a similarity of 0 to every vector. Searches report `1 - cos`, from 0 to 2.
 *
 * @throws MetricLearningError if `power` or `minNorm` is not positive.
 * @example
 * const similarities = cosineSimilarity().matrix(query, reference); // [m, dims], [n, dims] to [m, n]
 */
export function cosineSimilarity(options: CosineSimilarityOptions = {}): Distance {
  const values = readOptions('cosineSimilarity', cosineSimilarityOptions, options);
  return dotProduct('cosineSimilarity', { ...values, normalize: true }, { ...values });
}
