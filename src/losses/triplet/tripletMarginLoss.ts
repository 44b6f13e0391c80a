import { add, neg, type Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import {
  seed as anyWholeNumber,
  either,
  flag,
  nonNegative,
  oneOf,
  wholeNumber,
} from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { noTriplet, tripletPart, tripletsOfBatch } from '../internal/tripletPart.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TripletMarginLossOptions extends TupleLossOptions {
  /**
   * How much farther from the anchor the negative must be than the positive, in units of `distance`. 0.05 to 0.3 with
   * the default distance. Default 0.05.
   */
  margin?: number;
  /** Measures the negative from the anchor or from the positive, whichever is nearer to it. Default false. */
  swap?: boolean;
  /** Takes `log(1 + exp(x))` in place of `max(0, x)`: triplets beyond the margin go on to teach. Default false. */
  smooth?: boolean;
  /** The number of random triplets of each anchor, when no tuples are given. Default 'all'. */
  tripletsPerAnchor?: number | 'all';
  /**
   * Determines the random triplets of `tripletsPerAnchor`, together with the batch: the same seed and batch give the
   * same triplets. Default 0.
   */
  seed?: number;
}

export const tripletMarginLossOptions: OptionTable<TripletMarginLossOptions, 'regularizer'> = {
  margin: preset(0.05, nonNegative),
  swap: preset(false, flag),
  smooth: preset(false, flag),
  tripletsPerAnchor: preset('all', either(wholeNumber(1), oneOf('all'))),
  seed: preset(0, anyWholeNumber),
  ...tupleLossRules(
    () => lpDistance(),
    () => avgNonZeroReducer(),
  ),
};

/**
 * Triplet margin loss: `max(0, d(a, p) - d(a, n) + margin)` for each triplet of an anchor a, a positive p (same label)
 * and a negative n (another label).
 *
 * Each triplet has one loss; the default reducer takes the mean over the triplets that violate the margin. Without
 * tuples, or with pairs, the loss takes every triplet that the labels or pairs allow; memory grows with the square of
 * the batch. For the concatenated output of a `TripletModel` use `tripletLoss`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = tripletMarginLoss({ margin: 0.2 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015, which squares the distances.
 * https://arxiv.org/abs/1503.03832. `swap`: Balntas et al., BMVC 2016. `smooth`: Hermans, Beyer, Leibe,
 * https://arxiv.org/abs/1703.07737
 */
export function tripletMarginLoss(options: TripletMarginLossOptions = {}): Loss {
  const values = readOptions('tripletMarginLoss', tripletMarginLossOptions, options);
  const { margin, swap, smooth, distance, tripletsPerAnchor, seed } = values;

  return defineLoss({
    name: 'tripletMarginLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const triplets = tripletsOfBatch(batch, tripletsPerAnchor, seed);
      if (noTriplet(triplets)) return [];
      const far = (d: Tensor2D): Tensor2D => (distance.inverted ? d : neg(d));
      const d = distance.matrix(batch.embeddings, batch.reference);
      const positive = add<Tensor2D>(distance.inverted ? neg(d) : d, margin);
      // positives and negatives are both of the reference set, where there is one
      const between = batch.reference ? distance.matrix(batch.reference) : d;
      const terms = { name: 'loss', positive, negative: far(d), smooth };
      return [tripletPart(swap ? { ...terms, swapped: far(between) } : terms, triplets)];
    },
  });
}
