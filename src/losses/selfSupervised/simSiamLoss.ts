import { mul, neg, sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { type OptionTable, readOptions } from '../../internal/readOptions.ts';
import { normalize } from '../../ops/normalize.ts';
import { stopGradient } from '../../ops/stopGradient.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import type { Reducer } from '../../reducers/reducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { lossRules } from '../internal/lossOptionRules.ts';
import type { Loss, LossOptions } from '../loss.ts';

export interface SimSiamLossOptions extends LossOptions {
  /** How the losses of examples become one number. Default: `meanReducer()`. */
  reducer?: Reducer;
}

export const simSiamLossOptions: OptionTable<SimSiamLossOptions, 'regularizer'> = lossRules(() =>
  meanReducer(),
);

/**
 * SimSiam, for two views without labels: minus the cosine between each row of `embeddings`, the output of the predictor for
 * one view, and the row of `reference.embeddings`, the output of the projector for the other view.
 *
 * No gradient flows into the reference: the network would collapse otherwise. The paper takes the mean of the loss in both
 * directions. One loss for each example, from -1 to 1.
 *
 * @throws MetricLearningError if an option is unknown, and at use if labels are given.
 * @example
 * const value = simSiamLoss().compute(predicted, null, { reference: { embeddings: projected } });
 * @see Chen, He: Exploring Simple Siamese Representation Learning, CVPR 2021. https://arxiv.org/abs/2011.10566
 */
export function simSiamLoss(options: SimSiamLossOptions = {}): Loss {
  const values = readOptions('simSiamLoss', simSiamLossOptions, options);
  return defineLoss({
    name: 'simSiamLoss',
    accepts: { labels: 'none', tuples: 'none', reference: 'needed' },
    distance: cosineSimilarity(),
    options: values,
    reducer: values.reducer,
    parts({ embeddings, reference = embeddings }) {
      checkViews('simSiamLoss', embeddings, reference);
      const goal = stopGradient(normalize(reference));
      const cosines = sum<Tensor1D>(mul(normalize(embeddings), goal), 1);
      return [{ name: 'loss', kind: 'elements', values: neg(cosines) }];
    },
  });
}
