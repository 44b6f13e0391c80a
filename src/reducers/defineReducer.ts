import {
  cast,
  divNoNan,
  greater,
  less,
  mul,
  onesLike,
  type Scalar,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { withGradient } from '../ops/withGradient.ts';
import type { LossPart, Reducer } from './reducer.ts';
import { anchorWeights, asColumn, divisorOf, type Weighting } from './weighting.ts';

/** A reducer from its weights. Where nothing counts, it gives 0, with gradient 0. */
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
  const { values, counts, anchors } = part;
  const given = weighting.divideBy === 'divisor' ? divisorOf(weighting, part) : 1;
  const byClass = weighting.classWeights && anchorWeights(weighting, labels, anchors);
  if (byClass && part.evenClasses) byClass.fill(byClass.reduce((x, y) => x + y) / byClass.length);

  const factors = (v: Tensor, times: Tensor): Tensor => {
    const counted = inRange(v, times, weighting);
    const { divideBy } = weighting;
    const divisor = divideBy === 'counted' ? sum(counted) : divideBy === 'all' ? sum(times) : given;
    const share = divNoNan(counted, divisor);
    return byClass === undefined ? share : mul(share, asColumn(byClass, v.rank));
  };

  return withGradient<Scalar>([values], (save) => {
    const times = counts ?? onesLike(values);
    save(counts === undefined ? [values] : [values, counts]);
    return {
      value: sum(mul(factors(values, times), values)),
      gradient: (dy, [v, kept]) => {
        const given = v as Tensor;
        return [mul(dy, factors(given, kept ?? onesLike(given)))];
      },
    };
  });
}

/** How often each value counts, 0 outside the range. */
function inRange(values: Tensor, times: Tensor, { above, below }: Weighting): Tensor {
  let counted = times;
  if (above !== undefined) counted = mul(counted, cast(greater(values, above), 'float32'));
  if (below !== undefined) counted = mul(counted, cast(less(values, below), 'float32'));
  return counted;
}
