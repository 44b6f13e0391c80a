import {
  cast,
  divNoNan,
  greater,
  less,
  mul,
  onesLike,
  type Scalar,
  scalar,
  sum,
  type Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from '../ops/ownKernel.ts';
import { inHostMemory, readNow } from '../ops/readNow.ts';
import { type WithGradient, withGradient } from '../ops/withGradient.ts';
import type { LossPart, Reducer } from './reducer.ts';
import { asColumn, divisorOf, rowWeights } from './rowWeights.ts';
import type { Weighting } from './weighting.ts';

/** Makes a reducer from its weighting. When no value counts, the result is 0, with gradient 0. */
export function defineReducer(weighting: Weighting): Reducer {
  return {
    name: weighting.name,
    reduce(part, labels) {
      if (part.kind === 'reduced') return part.values as Scalar;
      if (part.weightedSum) return part.weightedSum(weighting, labels);
      return weightedSum(weighting, part, labels);
    },
  };
}

function weightedSum(weighting: Weighting, part: LossPart, labels: Int32Array | null): Scalar {
  const { values, counts } = part;
  const given = weighting.divideBy === 'divisor' ? divisorOf(weighting, part) : 1;
  const byClass = weighting.classWeights && rowWeights(weighting, part, labels);

  return withGradient<Scalar>([values], (save) => {
    if (!byClass && hasOwnKernel('SimdBoundedSums'))
      return byKernel(weighting, values, counts, given, save);
    if (inHostMemory()) return byLoop(weighting, values, counts, given, byClass);
    const times = counts ?? onesLike(values);
    save(counts === undefined ? [values] : [values, counts]);
    return {
      value: sum(mul(factors(weighting, values, times, given, byClass), values)),
      gradient: (dy, [v, kept]) => {
        const saved = v as Tensor;
        const weights = factors(weighting, saved, kept ?? onesLike(saved), given, byClass);
        return [mul(dy, weights)];
      },
    };
  });
}

/** Weighs by kernels that sum up and, for the gradient, weigh once more: no weights are kept. */
function byKernel(
  { name, above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY, divideBy }: Weighting,
  values: Tensor,
  counts: Tensor | undefined,
  given: number,
  save: (tensors: Tensor[]) => void,
): WithGradient<Scalar> {
  const bounds = { low: above, high: below };
  const chunks = readNow(name, runOwnKernel('SimdBoundedSums', { values, counts }, bounds)[0]!);
  let [total, counted, all] = [0, 0, 0];
  for (let i = 0; i < chunks.length; i += 3) {
    total += chunks[i]!;
    counted += chunks[i + 1]!;
    all += chunks[i + 2]!;
  }
  const share = shareOf({ counted, all, divisor: given, one: 1 }[divideBy]);
  save(counts === undefined ? [values] : [values, counts]);
  return {
    value: scalar(total * share),
    gradient: (dy, [v, kept]) => {
      const scale = share * readNow(name, dy)[0]!;
      return [
        ...runOwnKernel(
          'SimdBoundedSumsGradient',
          { values: v, counts: kept },
          { ...bounds, scale },
        ),
      ];
    },
  };
}

/** 1 / divisor, 0 for 0: where nothing counts, the sum is 0 anyway. */
function shareOf(divisor: number): number {
  return divisor === 0 ? 0 : 1 / divisor;
}

/** Weighs in one pass over the numbers. */
function byLoop(
  { name, above, below, divideBy }: Weighting,
  values: Tensor,
  counts: Tensor | undefined,
  given: number,
  byClass: Float32Array | undefined,
): WithGradient<Scalar> {
  const numbers = readNow(name, values);
  const times = counts && readNow(name, counts);
  const rowLength = byClass === undefined ? 1 : numbers.length / byClass.length;
  const low = above ?? Number.NEGATIVE_INFINITY;
  const high = below ?? Number.POSITIVE_INFINITY;
  const weights = new Float32Array(numbers.length);
  let [total, counted, all] = [0, 0, 0];
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i]!;
    const count = times === undefined ? 1 : times[i]!;
    if (count === 0) continue;
    all += count;
    if (!(value > low && value < high)) continue;
    counted += count;
    const weight = byClass ? count * byClass[Math.floor(i / rowLength)]! : count;
    weights[i] = weight;
    total += weight * value;
  }
  const scale = shareOf({ counted, all, divisor: given, one: 1 }[divideBy]);
  const shape = values.shape;
  return {
    value: scalar(total * scale),
    gradient: (dy) => [mul(tensor(weights, shape), mul(dy, scale))],
  };
}

/** The same as tensors: the weight of each value, over the divisor. */
function factors(
  { above, below, divideBy }: Weighting,
  values: Tensor,
  times: Tensor,
  given: number,
  byClass: Float32Array | undefined,
): Tensor {
  let counted = times;
  if (above !== undefined) counted = mul(counted, cast(greater(values, above), 'float32'));
  if (below !== undefined) counted = mul(counted, cast(less(values, below), 'float32'));
  const divisor = divideBy === 'counted' ? sum(counted) : divideBy === 'all' ? sum(times) : given;
  const share = divNoNan(counted, divisor);
  return byClass === undefined ? share : mul(share, asColumn(byClass, values.rank));
}
