/**
 * A reducer as constant weights: the sum of weight * value over the values that count, divided by a number. The gradient
 * of each value is its weight divided by that number.
 */
export interface Weighting {
  readonly name: string;
  /** Only values above this count. Default: all. */
  readonly above?: number;
  /** Only values below this count. Default: all. */
  readonly below?: number;
  /** The weight of each class: it multiplies the values whose anchor is of the class. Default: 1. */
  readonly classWeights?: readonly number[];
  /** The divisor of the sum: the number of values that count, of all values, the part's divisor, or 1. */
  readonly divideBy: 'counted' | 'all' | 'divisor' | 'one';
}
