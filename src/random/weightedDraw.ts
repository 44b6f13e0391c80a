import { firstIndex } from '../internal/firstIndex.ts';
import type { Random } from './createRandom.ts';

/**
 * Makes a function that draws indices with replacement: the probability of an index is its weight (>= 0) divided by the
 * sum of all weights.
 *
 * Undefined if no weight is above 0.
 */
export function weightedDraw(
  weights: ArrayLike<number>,
  random: Random,
): (() => number) | undefined {
  const upTo = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    total += weights[i]!;
    upTo[i] = total;
  }
  if (total === 0) return undefined;
  return () => {
    const point = random.next() * total;
    return firstIndex(upTo.length - 1, (i) => upTo[i]! > point);
  };
}
