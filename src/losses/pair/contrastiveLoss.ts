import { square, type Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkFinite } from '../../internal/checks.ts';
import { hinge } from '../../ops/hinge.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import { pairLoss } from './genericPairLoss.ts';

export interface ContrastiveLossOptions extends TupleLossOptions {
  /** Positive pairs nearer than this are left alone, in units of `distance`. Default 0. */
  posMargin?: number;
  /** Negative pairs farther than this are left alone, in units of `distance`. Default 1. */
  negMargin?: number;
  /** Square each pair's loss, as the paper does. Default false. */
  squared?: boolean;
}

/** The names of `ContrastiveLossOptions`. */
export const contrastiveLossOptions: readonly (keyof ContrastiveLossOptions)[] = [
  'posMargin',
  'negMargin',
  'squared',
  ...tupleLossOptions,
];

/**
 * Contrastive loss: `max(0, d - posMargin)` of positive pairs, and `max(0, negMargin - d)` of negative pairs.
 *
 * Its parts `positive` and `negative` are each reduced for itself, by default to the mean over the pairs above 0, and
 * added. `distance` is `lpDistance()` by default; with a similarity the signs turn, and the margins want other values:
 * posMargin 1, negMargin 0.
 *
 * @throws MetricLearningError if a margin is not finite.
 * @see Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006.
 */
export function contrastiveLoss(options: ContrastiveLossOptions = {}): Loss {
  checkOptions('contrastiveLoss', options, contrastiveLossOptions);
  return namedContrastiveLoss('contrastiveLoss', options);
}

/** The contrastive loss behind `contrastiveLoss` and `snrContrastiveLoss`. */
export function namedContrastiveLoss(name: string, options: ContrastiveLossOptions): Loss {
  const { posMargin = 0, negMargin = 1, squared = false, distance = lpDistance() } = options;
  checkFinite(name, 'posMargin', posMargin);
  checkFinite(name, 'negMargin', negMargin);
  const power = (x: Tensor2D): Tensor2D => (squared ? square(x) : x);

  return pairLoss(
    name,
    {
      ...options,
      distance,
      positive: (d) => power(hinge(d, posMargin, distance.inverted)),
      negative: (d) => power(hinge(d, negMargin, !distance.inverted)),
    },
    avgNonZeroReducer(),
  );
}
