import { logSoftmax, mul, neg, sum, tensor2d } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { dotProductSimilarity } from '../../distances/dotProductSimilarity.ts';
import { type OptionTable, readOptions } from '../../internal/readOptions.ts';
import { pickRows } from '../../ops/pickRows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { uniquePositivePairs } from '../../tuples/internal/uniquePositivePairs.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface NPairsLossOptions extends TupleLossOptions {
  /** How near the anchor of one class is to the positive of another. */
  distance?: Distance;
}

export const nPairsLossOptions: OptionTable<NPairsLossOptions, 'regularizer'> = {
  ...tupleLossRules(
    () => dotProductSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * N-pairs loss: one positive pair for each class, and for its anchor the cross entropy over the similarities to the
 * positives of all classes.
 *
 * The pair of a class is the first in the batch, or the first in the tuples; other pairs are ignored, so that batches
 * with two examples of each class fit best. Each class has one loss; the default reducer takes their mean. The paper
 * takes embeddings as they are and penalizes their length: `dotProductSimilarity({ normalize: false })` with
 * `regularizer: lpRegularizer({ power: 2 })`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = nPairsLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NIPS 2016.
 */
export function nPairsLoss(options: NPairsLossOptions = {}): Loss {
  const values = readOptions('nPairsLoss', nPairsLossOptions, options);
  const { distance } = values;

  return defineLoss({
    name: 'nPairsLoss',
    accepts: { labels: 'needed', tuples: 'tuples', reference: 'none' },
    distance,
    options: values,
    parts({ embeddings, labels, tuples }) {
      const { anchor, positive } = uniquePositivePairs(labels as Int32Array, tuples);
      const count = anchor.length;
      if (count === 0) return [];
      const d = distance.matrix(pickRows(embeddings, anchor), pickRows(embeddings, positive));
      const logits = distance.inverted ? d : neg(d);
      const targets = new Float32Array(count * count).map((_, i) =>
        i % (count + 1) === 0 ? 1 : 0,
      );
      const likelihood = sum(mul(logSoftmax(logits), tensor2d(targets, [count, count])), 1);
      return [{ name: 'loss', kind: 'elements', values: neg(likelihood), anchors: anchor }];
    },
  });
}
