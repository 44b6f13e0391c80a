import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { lpDistance } from '../../distances/lpDistance.ts';
import { callback, text } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss, type LossSpecOptions } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

/** The losses of pairs from their distances: element by element, on the gradient tape. */
export type PairFormula = (distances: Tensor2D) => Tensor2D;

export interface GenericPairLossOptions extends TupleLossOptions {
  /** The name of the loss in errors and records. Default 'genericPairLoss'. */
  name?: string;
  /** The loss of positive pairs. It gets the whole matrix of distances, [batch, candidates], and must be finite. */
  positive: PairFormula;
  /** The loss of negative pairs. It gets the whole matrix of distances, [batch, candidates], and must be finite. */
  negative: PairFormula;
}

export const genericPairLossOptions: OptionTable<GenericPairLossOptions, 'regularizer'> = {
  name: preset('genericPairLoss', text),
  positive: required(callback('(distances) => distances')),
  negative: required(callback('(distances) => relu(sub(1, distances))')),
  ...tupleLossRules(
    () => lpDistance(),
    () => meanReducer(),
  ),
};

/**
 * A loss over pairs of two formulas of your own, one for positive pairs and one for negative pairs.
 *
 * Both formulas get the distances of all pairs; of what they return, only the entries of their pairs count. The parts
 * `positive` and `negative` are reduced one by one, by default to their means, and added.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = genericPairLoss({
 *   positive: (distances) => distances,
 *   negative: (distances) => relu(sub(1, distances)),
 * });
 */
export function genericPairLoss(options: GenericPairLossOptions): Loss {
  const { name, ...values } = readOptions('genericPairLoss', genericPairLossOptions, options);
  return pairLoss(name, values);
}

/** What `pairLoss` needs: the two formulas, and options that `readOptions` returned. */
export interface PairLossSpec extends LossSpecOptions {
  readonly distance: Distance;
  readonly positive: PairFormula;
  readonly negative: PairFormula;
}

/** The loss over pairs behind `genericPairLoss`, `contrastiveLoss` and others of their form. */
export function pairLoss(name: string, spec: PairLossSpec): Loss {
  const { positive, negative, distance } = spec;
  return defineLoss({
    name,
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options: spec,
    parts(batch) {
      const { positives, negatives } = pairCounts(batch);
      const d = distance.matrix(batch.embeddings, batch.reference);
      return [
        { name: 'positive', kind: 'pairs', values: positive(d), counts: positives },
        { name: 'negative', kind: 'pairs', values: negative(d), counts: negatives },
      ];
    },
  });
}
