import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { readNow } from '../ops/readNow.ts';
import type { LossPart } from './reducer.ts';

/**
 * A reducer as constant weights: the sum of weight * value over the values that count, divided by a number.
 * The gradient of each value is its weight over that number.
 */
export interface Weighting {
  readonly name: string;
  /** Only values above this count. Default: all. */
  readonly above?: number;
  /** Only values below this count. Default: all. */
  readonly below?: number;
  /** The weight of each class, for values whose anchor is of it. Default: 1. */
  readonly classWeights?: readonly number[];
  /** What the sum is divided by: the number of values that count, of all values, the part's divisor, or 1. */
  readonly divideBy: 'counted' | 'all' | 'divisor' | 'one';
}

/** The divisor a part brings; throws if it brings none. */
export function divisorOf(weighting: Weighting, part: Pick<LossPart, 'divisor' | 'name'>): number {
  if (part.divisor !== undefined) return part.divisor;
  throw new MetricLearningError({
    where: weighting.name,
    expected: 'a loss that has a divisor (marginLoss, proxyAnchorLoss)',
    got: `the part '${part.name}' of one that has none`,
    fix: 'Take meanReducer() for this loss.',
  });
}

/** The weight of each row of a part's values by its class; throws for a class without one. */
export function rowWeights(
  { name, classWeights = [] }: Weighting,
  { classes, anchors, evenClasses, counts }: Partial<LossPart>,
  labels: Int32Array | null,
): Float32Array {
  if (classes === undefined && labels === null) {
    throw new MetricLearningError({
      where: name,
      expected: 'labels, to weigh their classes',
      got: 'none',
    });
  }
  const ids = classes ?? anchors?.map((row) => labels?.[row] as number) ?? (labels as Int32Array);
  const weights = Float32Array.from(ids, (id) => {
    const weight = classWeights[id];
    if (weight !== undefined) return weight;
    throw new MetricLearningError({
      where: name,
      expected: `class ids from 0 to ${classWeights.length - 1}, one for each weight`,
      got: `${id}`,
    });
  });
  return evenClasses ? evened(weights, counts && readNow(name, counts)) : weights;
}

/** Their mean in place of each row's weight, where a row counts as often as its values do. */
function evened(weights: Float32Array, counts?: Float32Array): Float32Array {
  const rowLength = (counts?.length ?? 0) / weights.length;
  let [total, counted] = [0, 0];
  weights.forEach((weight, row) => {
    const start = row * rowLength;
    const times = counts?.subarray(start, start + rowLength).reduce((x, y) => x + y, 0) ?? 1;
    total += weight * times;
    counted += times;
  });
  return weights.map(() => (counted === 0 ? 0 : total / counted));
}

/** Weights of rows, in a shape that broadcasts over values of that rank. */
export function asColumn(weights: Float32Array, rank: number): Tensor {
  return tensor(weights, [weights.length, ...Array<number>(Math.max(rank - 1, 0)).fill(1)]);
}
