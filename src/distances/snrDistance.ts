import {
  divNoNan,
  mean,
  mul,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
} from '@tensorflow/tfjs-core';
import { flag, positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { normalize as toUnit } from '../ops/normalize.ts';
import { safePow } from '../ops/safePow.ts';
import { squaredDistances } from '../ops/squaredDistances.ts';
import { withGradient } from '../ops/withGradient.ts';
import { checkMatrix, checkRowwise } from './checkOperands.ts';
import type { Distance } from './distance.ts';

export interface SnrDistanceOptions {
  /** The distance is raised to this power. Default 1. */
  power?: number;
  /** Divides embeddings by their length first. Default true. */
  normalize?: boolean;
  /** Lengths below this count as this. A larger value bounds the gradient of embeddings near zero. Default 1e-12. */
  minNorm?: number;
}

export const snrDistanceOptions: OptionTable<SnrDistanceOptions> = {
  power: preset(1, positive),
  normalize: preset(true, flag),
  minNorm: preset(1e-12, positive),
};

/**
 * Noise in proportion to signal: the variance of `query - reference` over the dimensions, divided by the variance of
 * the query. It is not symmetric.
 *
 * An embedding without variance has no signal: its distance to every embedding is 0, with gradient 0. Searches report
 * the distance itself.
 *
 * @throws MetricLearningError if `power` or `minNorm` is not positive.
 * @example
 * const noise = snrDistance().matrix(query, reference); // [m, dims], [n, dims] to [m, n]
 * @see Yuan et al.: Signal-To-Noise Ratio, CVPR 2019. https://arxiv.org/abs/1904.02616
 */
export function snrDistance(options: SnrDistanceOptions = {}): Distance {
  const values = readOptions('snrDistance', snrDistanceOptions, options);
  const { power, normalize, minNorm } = values;
  const prepare = (x: Tensor2D): Tensor2D => centered(normalize ? toUnit(x, 2, minNorm) : x);

  return {
    name: 'snrDistance',
    inverted: false,
    config: { name: 'snrDistance', ...values },
    matrix(query, reference) {
      checkMatrix('snrDistance', query, reference);
      return tidy(() => {
        const x = prepare(query);
        const y = reference === undefined ? x : prepare(reference);
        return safePow(divide<Tensor2D>(squaredDistances(x, y), sum(square(x), 1, true)), power);
      });
    },
    rowwise(query, reference) {
      checkRowwise('snrDistance', query, reference);
      return tidy(() => {
        const x = prepare(query);
        const noise = sum(square(sub(x, prepare(reference))), 1);
        return safePow(divide<Tensor1D>(noise, sum(square(x), 1)), power);
      });
    },
  };
}

/** Rows without their mean: the variance is their sum of squares, and n - 1 cancels in the ratio. */
function centered(x: Tensor2D): Tensor2D {
  return sub(x, mean(x, 1, true));
}

/** Division by a column that is 0, with gradient 0, where the divisor is 0. */
function divide<T extends Tensor>(x: Tensor, divisor: Tensor): T {
  return mul<T>(x, inverse(divisor));
}
function inverse(x: Tensor): Tensor {
  return withGradient([x], (save) => {
    const inverted = divNoNan(1, x);
    save([inverted]);
    return { value: inverted, gradient: (dy, [y]) => [mul(dy, mul(-1, square(y as Tensor)))] };
  });
}
