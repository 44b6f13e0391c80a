import { checkOptions } from '../internal/checkOptions.ts';
import type { Distance } from './distance.ts';
import { dotProduct } from './dotProductSimilarity.ts';

export interface CosineSimilarityOptions {
  /** The similarity is raised to this power. Default 1. */
  power?: number;
  /** Lengths below this count as this. A larger one bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

/**
 * Cosine of the angle between embeddings, from -1 to 1; larger means nearer.
 *
 * A zero vector is at 0 from everything.
 *
 * @throws MetricLearningError if `power` or `minNorm` is not positive.
 */
export function cosineSimilarity(options: CosineSimilarityOptions = {}): Distance {
  checkOptions('cosineSimilarity', options, ['power', 'minNorm']);
  return dotProduct('cosineSimilarity', { ...options, normalize: true });
}
