import { square, sub, sum, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { atLeast, flag, positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { lpDistances } from '../ops/lpDistances.ts';
import { magnitude } from '../ops/magnitude.ts';
import { normalize as toUnit } from '../ops/normalize.ts';
import { safePow } from '../ops/safePow.ts';
import { euclideanDistances, squaredDistances } from '../ops/squaredDistances.ts';
import { checkMatrix, checkRowwise } from './checkOperands.ts';
import type { Distance } from './distance.ts';

export interface LpDistanceOptions {
  /** 2 is Euclidean, 1 is Manhattan; any number >= 1. Default 2. */
  p?: number;
  /** The distance is raised to this power: 2 gives squared Euclidean. Default 1. */
  power?: number;
  /** Divides embeddings by their Lp norm first, so that only direction counts. Default true. */
  normalize?: boolean;
  /** Norms below this count as this. A larger value bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

export const lpDistanceOptions: OptionTable<LpDistanceOptions> = {
  p: preset(2, atLeast(1)),
  power: preset(1, positive),
  normalize: preset(true, flag),
  minNorm: preset(1e-12, positive),
};

/**
 * Lp distance, by default Euclidean between unit vectors: from 0 to 2. It is the default of every option `distance`.
 *
 * Equal embeddings are at exactly 0, with gradient 0. Searches report the distance itself.
 *
 * @throws MetricLearningError if `p` is below 1, or `power` or `minNorm` is not positive.
 * @example
 * const squared = lpDistance({ power: 2, normalize: false }); // |x - y|^2, the distance of `tripletLoss`
 * const distances = squared.matrix(query, reference); // [m, dims], [n, dims] to [m, n]
 */
export function lpDistance(options: LpDistanceOptions = {}): Distance {
  const values = readOptions('lpDistance', lpDistanceOptions, options);
  const { p, power, normalize, minNorm } = values;
  const prepare = (x: Tensor2D): Tensor2D => (normalize ? toUnit(x, p, minNorm) : x);

  return {
    name: 'lpDistance',
    inverted: false,
    norm: p,
    config: { name: 'lpDistance', ...values },
    ...(p === 2 &&
      (power === 1 || power === 2) && {
        search: { metric: power === 1 ? 'euclidean' : 'squaredEuclidean', normalize, minNorm },
      }),
    ...(normalize && { bounds: [0, 2 ** power] as const }),
    matrix(query, reference) {
      checkMatrix('lpDistance', query, reference);
      return tidy(() => {
        const x = prepare(query);
        const y = reference === undefined ? x : prepare(reference);
        if (p !== 2) return safePow(lpDistances(x, y, p), power);
        if (power === 1) return euclideanDistances(x, y);
        return safePow(squaredDistances(x, y), power / 2);
      });
    },
    rowwise(query, reference) {
      checkRowwise('lpDistance', query, reference);
      return tidy(() => {
        const difference = sub(prepare(query), prepare(reference));
        if (p === 2) return safePow(sum<Tensor1D>(square(difference), 1), power / 2);
        return safePow(sum<Tensor1D>(safePow(magnitude(difference), p), 1), power / p);
      });
    },
  };
}
