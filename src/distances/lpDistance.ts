import { square, sub, sum, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkPositive } from '../internal/checks.ts';
import { lpDistances } from '../ops/lpDistances.ts';
import { magnitude } from '../ops/magnitude.ts';
import { normalize as toUnit } from '../ops/normalize.ts';
import { safePow } from '../ops/safePow.ts';
import { euclideanDistances, squaredDistances } from '../ops/squaredDistances.ts';
import type { Distance } from './distance.ts';

export interface LpDistanceOptions {
  /** 2 is Euclidean, 1 is Manhattan; any number >= 1. Default 2. */
  p?: number;
  /** The distance is raised to this power: 2 gives squared Euclidean. Default 1. */
  power?: number;
  /** Divide embeddings by their Lp norm first, so that only direction counts. Default true. */
  normalize?: boolean;
  /** Norms below this count as this. A larger one bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

/**
 * Lp distance, by default Euclidean between unit vectors: from 0 to 2.
 *
 * Equal embeddings are at exactly 0, with gradient 0.
 *
 * @throws MetricLearningError if `p` is below 1, or `power` or `minNorm` is not positive.
 */
export function lpDistance(options: LpDistanceOptions = {}): Distance {
  checkOptions('lpDistance', options, ['p', 'power', 'normalize', 'minNorm']);
  const { p = 2, power = 1, normalize = true, minNorm = 1e-12 } = options;
  checkP(p);
  checkPositive('lpDistance', 'power', power);
  checkPositive('lpDistance', 'minNorm', minNorm);
  const prepare = (x: Tensor2D): Tensor2D => (normalize ? toUnit(x, p, minNorm) : x);

  return {
    name: 'lpDistance',
    inverted: false,
    norm: p,
    ...(normalize && { bounds: [0, 2 ** power] as const }),
    matrix(query, reference) {
      return tidy(() => {
        const x = prepare(query);
        const y = reference === undefined ? x : prepare(reference);
        if (p !== 2) return safePow(lpDistances(x, y, p), power);
        if (power === 1) return euclideanDistances(x, y);
        return safePow(squaredDistances(x, y), power / 2);
      });
    },
    rowwise(query, reference) {
      return tidy(() => {
        const difference = sub(prepare(query), prepare(reference));
        if (p === 2) return safePow(sum<Tensor1D>(square(difference), 1), power / 2);
        return safePow(sum<Tensor1D>(safePow(magnitude(difference), p), 1), power / p);
      });
    },
  };
}

function checkP(p: number): void {
  if (Number.isFinite(p) && p >= 1) return;
  throw new MetricLearningError({
    where: 'lpDistance',
    expected: 'p to be a finite number >= 1',
    got: `p: ${p}`,
  });
}
