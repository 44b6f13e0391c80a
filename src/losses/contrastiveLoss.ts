import { relu } from '@tensorflow/tfjs-core';
import { checkFinite } from '../base/checks.ts';
import { gap } from '../distances/gap.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { avgNonZeroReducer } from '../reducers/avgNonZeroReducer.ts';
import { defineLoss } from './defineLoss.ts';
import type { Loss, TupleLossOptions } from './loss.ts';
import { pairCounts } from './pairCounts.ts';

export interface ContrastiveLossOptions extends TupleLossOptions {
  /** Positive pairs nearer than this are left alone, in units of `distance`. Default 0. */
  posMargin?: number;
  /** Negative pairs farther than this are left alone, in units of `distance`. Default 1. */
  negMargin?: number;
}

/**
 * Contrastive loss: `max(0, d - posMargin)` of positive pairs, and `max(0, negMargin - d)` of negative pairs, linear
 * in the distance.
 *
 * Its parts `positive` and `negative` are each reduced for itself, by default to the mean over the pairs above 0, and
 * added. `distance` is `lpDistance()` by default; with a similarity the signs turn, and the margins want other
 * values: posMargin 1, negMargin 0.
 *
 * @throws MetricLearningError if a margin is not finite.
 * @see Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006, which squares.
 */
export function contrastiveLoss(options: ContrastiveLossOptions = {}): Loss {
  const { posMargin = 0, negMargin = 1, distance = lpDistance() } = options;
  checkFinite('contrastiveLoss', 'posMargin', posMargin);
  checkFinite('contrastiveLoss', 'negMargin', negMargin);

  return defineLoss({
    name: 'contrastiveLoss',
    takes: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    options,
    reducer: avgNonZeroReducer(),
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const d = distance.matrix(batch.embeddings, batch.reference);
      return [
        {
          name: 'positive',
          kind: 'pairs',
          values: relu(gap(distance, d, posMargin)),
          counts: positives,
        },
        {
          name: 'negative',
          kind: 'pairs',
          values: relu(gap(distance, negMargin, d)),
          counts: negatives,
        },
      ];
    },
  });
}
