import { logSoftmax, mul, neg, sum, tensor2d } from '@tensorflow/tfjs-core';
import { dotProductSimilarity } from '../../distances/dotProductSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { pickRows } from '../../ops/pickRows.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { uniquePositivePairs } from '../../tuples/internal/uniquePositivePairs.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

/**
 * N-pairs loss: one positive pair of each class, and for its anchor the cross entropy of finding its own positive
 * among the positives of all classes.
 *
 * The pair is the first of its class in the batch (or in the tuples); all others are ignored, so it goes with batches
 * of two a class. One value a class, by default reduced to their mean. `distance` is `dotProductSimilarity()` by
 * default: of unit vectors, where the paper penalizes length (`regularizer: lpRegularizer({ power: 2 })` with
 * `dotProductSimilarity({ normalize: false })`).
 *
 * @see Sohn: Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NIPS 2016.
 */
export function nPairsLoss(options: TupleLossOptions = {}): Loss {
  checkOptions('nPairsLoss', options, tupleLossOptions);
  const { distance = dotProductSimilarity() } = options;
  return defineLoss({
    name: 'nPairsLoss',
    accepts: { labels: 'needed', tuples: 'tuples', reference: 'none' },
    distance,
    options,
    reducer: meanReducer(),
    parts({ embeddings, labels, tuples }) {
      const { anchor, positive } = uniquePositivePairs(labels as Int32Array, tuples);
      const count = anchor.length;
      if (count === 0) return [];
      const d = distance.matrix(pickRows(embeddings, anchor), pickRows(embeddings, positive));
      const logits = distance.inverted ? d : neg(d);
      const own = new Float32Array(count * count).map((_, i) => (i % (count + 1) === 0 ? 1 : 0));
      const likelihood = sum(mul(logSoftmax(logits), tensor2d(own, [count, count])), 1);
      return [{ name: 'loss', kind: 'elements', values: neg(likelihood), anchors: anchor }];
    },
  });
}
