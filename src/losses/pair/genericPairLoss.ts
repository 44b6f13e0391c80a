import type { Tensor2D } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairCounts } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface GenericPairLossOptions extends TupleLossOptions {
  /** What errors and records call the loss. Default `genericPairLoss`. */
  name?: string;
  /** The loss of positive pairs from their distances, element by element, on the tape. */
  positive(distances: Tensor2D): Tensor2D;
  /** The loss of negative pairs from their distances, element by element, on the tape. */
  negative(distances: Tensor2D): Tensor2D;
}

/**
 * A loss over pairs from two formulas of your own. Both are given the whole matrix of distances, [batch, candidates],
 * and only what they return for their pairs counts; it has to be finite everywhere.
 *
 * Its parts `positive` and `negative` are each reduced for itself, by default to their mean, and added. `distance` is
 * `lpDistance()` by default.
 */
export function genericPairLoss(options: GenericPairLossOptions): Loss {
  checkOptions('genericPairLoss', options, ['name', 'positive', 'negative', ...tupleLossOptions]);
  return pairLoss(options.name ?? 'genericPairLoss', options, meanReducer());
}

/** The loss over pairs behind `genericPairLoss`, `contrastiveLoss` and others of their form. */
export function pairLoss(
  name: string,
  options: Omit<GenericPairLossOptions, 'name'>,
  reducer: Reducer,
): Loss {
  const { positive, negative, distance = lpDistance() } = options;
  return defineLoss({
    name,
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'optional' },
    distance,
    options,
    reducer,
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
