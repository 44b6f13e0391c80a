import {
  mul,
  pow,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkPositive } from '../internal/checks.ts';
import { normalize as toUnit } from '../ops/normalize.ts';
import { product } from '../ops/product.ts';
import { selfProducts } from '../ops/selfProducts.ts';
import type { Distance } from './distance.ts';

export interface DotProductSimilarityOptions {
  /** Divide embeddings by their length first: then it is `cosineSimilarity`. Default true. */
  normalize?: boolean;
  /** The similarity is raised to this power. Default 1. */
  power?: number;
  /** Lengths below this count as this. A larger one bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

/**
 * Dot product of embeddings; larger means nearer.
 *
 * @throws MetricLearningError if `power` or `minNorm` is not positive.
 */
export function dotProductSimilarity(options: DotProductSimilarityOptions = {}): Distance {
  checkOptions('dotProductSimilarity', options, ['normalize', 'power', 'minNorm']);
  return dotProduct('dotProductSimilarity', options);
}

/** The one dot product behind `dotProductSimilarity` and `cosineSimilarity`. */
export function dotProduct(
  name: string,
  { normalize = true, power = 1, minNorm = 1e-12 }: DotProductSimilarityOptions,
): Distance {
  checkPositive(name, 'power', power);
  checkPositive(name, 'minNorm', minNorm);
  const prepare = (x: Tensor2D): Tensor2D => (normalize ? toUnit(x, 2, minNorm) : x);
  const raise = <T extends Tensor>(x: T): T => (power === 1 ? x : pow(x, power));

  return {
    name,
    inverted: true,
    ...(normalize && power === 1 && { bounds: [-1, 1] as const }),
    matrix(query, reference) {
      return tidy(() => {
        const x = prepare(query);
        if (reference === undefined) return raise(selfProducts(x));
        return raise(product(x, prepare(reference), false, true));
      });
    },
    rowwise(query, reference) {
      return tidy(() => raise(sum<Tensor1D>(mul(prepare(query), prepare(reference)), 1)));
    },
  };
}
