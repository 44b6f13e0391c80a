import { square, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { finite, flag, type OptionKind } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  preset,
  readOptions,
} from '../../internal/readOptions.ts';
import { hinge } from '../../ops/hinge.ts';
import { avgNonZeroReducer } from '../../reducers/avgNonZeroReducer.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import { pairLoss } from './genericPairLoss.ts';

export interface ContrastiveLossOptions extends TupleLossOptions {
  /** Positive pairs nearer than this have no loss, in units of `distance`. Default 0. */
  posMargin?: number;
  /** Negative pairs farther than this have no loss, in units of `distance`. 0.5 to 1 with the default distance. Default 1. */
  negMargin?: number;
  /** Squares the loss of each pair, as the paper does. Default false. */
  squared?: boolean;
}

export const contrastiveLossOptions: OptionTable<ContrastiveLossOptions, 'regularizer'> =
  /*#__PURE__*/ contrastiveLossRules(() => lpDistance());

/**
 * Contrastive loss: `max(0, d - posMargin)` for each positive pair, and `max(0, negMargin - d)` for each negative pair.
 *
 * The parts `positive` and `negative` are reduced one by one, by default to the mean over the pairs above 0, and added.
 * With a similarity s the loss is `max(0, posMargin - s)` and `max(0, s - negMargin)`: set `posMargin: 1, negMargin: 0`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = contrastiveLoss({ negMargin: 0.5 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Hadsell, Chopra, LeCun: Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006.
 */
export function contrastiveLoss(options: ContrastiveLossOptions = {}): Loss {
  const values = readOptions('contrastiveLoss', contrastiveLossOptions, options);
  return namedContrastiveLoss('contrastiveLoss', values);
}

/** The rules of `ContrastiveLossOptions`, with the default distance of the loss. */
export function contrastiveLossRules(
  distance: () => Distance,
  kind?: OptionKind<Distance>,
): OptionTable<ContrastiveLossOptions, 'regularizer'> {
  return {
    posMargin: preset(0, finite),
    negMargin: preset(1, finite),
    squared: preset(false, flag),
    ...tupleLossRules(distance, () => avgNonZeroReducer(), kind),
  };
}

/** The contrastive loss behind `contrastiveLoss` and `snrContrastiveLoss`. */
export function namedContrastiveLoss(
  name: string,
  values: OptionValues<typeof contrastiveLossOptions>,
): Loss {
  const { posMargin, negMargin, squared, distance } = values;
  const power = (x: Tensor2D): Tensor2D => (squared ? square(x) : x);
  return pairLoss(name, {
    ...values,
    positive: (d) => power(hinge(d, posMargin, distance.inverted)),
    negative: (d) => power(hinge(d, negMargin, !distance.inverted)),
  });
}
