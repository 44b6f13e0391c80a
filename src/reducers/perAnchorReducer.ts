import { div, maximum, minimum, mul, onesLike, sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { meanReducer } from './meanReducer.ts';
import type { LossPart, Reducer } from './reducer.ts';

/**
 * The mean over the pairs of each anchor, then `reducer` over the anchors: an anchor with many pairs counts as much as an
 * anchor with few pairs. An anchor without a pair counts as 0. A repeated pair counts once.
 *
 * The default of `reducer` is `meanReducer()`. Losses with one value an example go to `reducer` directly. Class weights
 * multiply each anchor by the weight of its class, in all losses.
 *
 * @throws MetricLearningError at use, for a loss over triplets.
 * @example
 * contrastiveLoss({ reducer: perAnchorReducer(sumReducer()) });
 */
export function perAnchorReducer(reducer: Reducer = meanReducer()): Reducer {
  checkPart('perAnchorReducer', 'reducer', reducer, 'reduce');
  return {
    name: 'perAnchorReducer',
    reduce(part, labels) {
      if (part.kind === 'triplets') {
        throw new MetricLearningError({
          where: 'perAnchorReducer',
          expected: 'a loss over pairs or elements',
          got: `the part '${part.name}' of one over triplets`,
          fix: 'Use meanReducer() or avgNonZeroReducer() for this loss.',
        });
      }
      const { meanClassWeight: _, ...each } = part;
      if (part.kind !== 'pairs') return reducer.reduce(each, labels);
      const { name } = part;
      return reducer.reduce({ name, kind: 'elements', values: anchorMeans(part) }, labels);
    },
  };
}

function anchorMeans({ values, counts = onesLike(values) }: LossPart): Tensor1D {
  const once = minimum(counts, 1);
  return div(sum(mul(values, once), 1), maximum(sum(once, 1), 1));
}
