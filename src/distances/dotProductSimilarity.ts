import {
  mul,
  pow,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { flag, positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { normalize as toUnit } from '../ops/normalize.ts';
import { product } from '../ops/product.ts';
import { selfProducts } from '../ops/selfProducts.ts';
import { checkMatrix, checkRowwise } from './checkOperands.ts';
import type { Distance, DistanceConfig, SearchMetric } from './distance.ts';

export interface DotProductSimilarityOptions {
  /** Divides embeddings by their length first: then the similarity is `cosineSimilarity`. Default true. */
  normalize?: boolean;
  /** The similarity is raised to this power. Default 1. */
  power?: number;
  /** Lengths below this count as this. A larger value bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

export const dotProductSimilarityOptions: OptionTable<DotProductSimilarityOptions> = {
  normalize: preset(true, flag),
  power: preset(1, positive),
  minNorm: preset(1e-12, positive),
};

/**
 * Dot product of embeddings; larger means nearer.
 *
 * Searches report the negated product `-(x . y)`, or `1 - cos` where `normalize` is true.
 *
 * @throws MetricLearningError if `power` or `minNorm` is not positive.
 * @example
 * const products = dotProductSimilarity({ normalize: false }).matrix(query, reference); // [m, n]
 */
export function dotProductSimilarity(options: DotProductSimilarityOptions = {}): Distance {
  const values = readOptions('dotProductSimilarity', dotProductSimilarityOptions, options);
  return dotProduct('dotProductSimilarity', values, { ...values });
}

/** The one dot product behind `dotProductSimilarity` and `cosineSimilarity`; `options` are those of the call. */
export function dotProduct(
  name: string,
  { normalize, power, minNorm }: Required<DotProductSimilarityOptions>,
  options: Omit<DistanceConfig, 'name'>,
): Distance {
  const prepare = (x: Tensor2D): Tensor2D => (normalize ? toUnit(x, 2, minNorm) : x);
  const raise = <T extends Tensor>(x: T): T => (power === 1 ? x : pow(x, power));
  const search: SearchMetric = { metric: normalize ? 'cosine' : 'dot', normalize, minNorm };

  return {
    name,
    inverted: true,
    config: { name, ...options },
    ...(power === 1 && { search }),
    ...(normalize && power === 1 && { bounds: [-1, 1] as const }),
    matrix(query, reference) {
      checkMatrix(name, query, reference);
      return tidy(() => {
        const x = prepare(query);
        if (reference === undefined) return raise(selfProducts(x));
        return raise(product(x, prepare(reference), false, true));
      });
    },
    rowwise(query, reference) {
      checkRowwise(name, query, reference);
      return tidy(() => raise(sum<Tensor1D>(mul(prepare(query), prepare(reference)), 1)));
    },
  };
}
