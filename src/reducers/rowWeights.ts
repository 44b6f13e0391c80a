import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { readNow } from '../ops/readNow.ts';
import type { LossPart } from './reducer.ts';
import type { Weighting } from './weighting.ts';

/** The divisor that a part of a loss gives; throws if it gives none. */
export function divisorOf(weighting: Weighting, part: Pick<LossPart, 'divisor' | 'name'>): number {
  if (part.divisor !== undefined) return part.divisor;
  throw new MetricLearningError({
    where: weighting.name,
    expected: 'a loss that has a divisor (marginLoss, proxyAnchorLoss)',
    got: `the part '${part.name}' of one that has none`,
    fix: 'Use meanReducer() for this loss.',
  });
}

/** The weight of each row of the values, by the class of the row; throws for a class without a weight. */
export function rowWeights(
  { name, classWeights = [] }: Weighting,
  { classes, anchors, meanClassWeight, counts }: Partial<LossPart>,
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
  return meanClassWeight ? meanWeights(weights, counts && readNow(name, counts)) : weights;
}

/** The mean weight for every row. In the mean a row counts as often as its values count. */
function meanWeights(weights: Float32Array, counts?: Float32Array): Float32Array {
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

/** Weights of rows as a column, which broadcasts over values of this rank. */
export function asColumn(weights: Float32Array, rank: number): Tensor {
  return tensor(weights, [weights.length, ...Array<number>(Math.max(rank - 1, 0)).fill(1)]);
}
