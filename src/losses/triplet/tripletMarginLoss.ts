import { add, neg, type Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger, checkNonNegative } from '../../internal/checks.ts';
import { createRandom } from '../../random/createRandom.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { tripletPart } from '../internal/tripletPart.ts';
import { noTriplet, tripletsOfBatch } from '../internal/tripletsOfBatch.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface TripletMarginLossOptions extends TupleLossOptions {
  /** How much farther the negative must be than the positive, in units of `distance`. Default 0.05. */
  margin?: number;
  /** Measure the negative from whichever of anchor and positive it is closer to (Balntas 2016). Default false. */
  swap?: boolean;
  /** log(1 + exp(x)) in place of max(0, x): keeps pulling past the margin (Hermans 2017). Default false. */
  smooth?: boolean;
  /** Take so many random triplets of each anchor when no tuples are given. Default: all. */
  tripletsPerAnchor?: number | 'all';
  /** Determines those random triplets. Default 0. */
  seed?: number;
}

/**
 * Triplet margin loss: `max(0, d(a, p) - d(a, n) + margin)` for each triplet of anchor a, positive p (same label) and
 * negative n (another label).
 *
 * One value a triplet, by default reduced to the mean over those that still violate the margin. `distance` is
 * `lpDistance()` by default. Without tuples, or with pairs, it takes every triplet they allow, in memory that grows
 * with the square of the batch. `tripletLoss` is its sister for a TripletModel's concatenated output.
 *
 * @throws MetricLearningError if `margin` is negative or not finite, or `tripletsPerAnchor` no whole number >= 1.
 * @see Schroff et al.: FaceNet, CVPR 2015, which squares the distances. https://arxiv.org/abs/1503.03832
 */
export function tripletMarginLoss(options: TripletMarginLossOptions = {}): Loss {
  checkOptions('tripletMarginLoss', options, [
    'margin',
    'swap',
    'smooth',
    'tripletsPerAnchor',
    'seed',
    ...tupleLossOptions,
  ]);
  const { margin = 0.05, swap = false, smooth = false, distance = lpDistance() } = options;
  const { tripletsPerAnchor = 'all', seed = 0 } = options;
  checkNonNegative('tripletMarginLoss', 'margin', margin);
  if (tripletsPerAnchor !== 'all') {
    checkInteger('tripletMarginLoss', 'tripletsPerAnchor', tripletsPerAnchor);
  }
  const random = createRandom(seed);

  return defineLoss({
    name: 'tripletMarginLoss',
    takes: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    options,
    reducer: avgNonZeroReducer(),
    parts(batch) {
      const triplets = tripletsOfBatch(batch, tripletsPerAnchor, random);
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
