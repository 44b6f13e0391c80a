import { mul, neg, sum, type Tensor1D } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { normalize } from '../../ops/normalize.ts';
import { stopGradient } from '../../ops/stopGradient.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkViews } from '../internal/checkViews.ts';
import { lossOptions } from '../internal/optionNames.ts';
import type { Loss, LossOptions } from '../loss.ts';

/**
 * SimSiam, without labels: minus the cosine between each row of `embeddings`, the predictor's output for one view, and
 * the row of `reference.embeddings`, the projector's output for the other view.
 *
 * No gradient flows into the reference: without that the network would collapse. The paper takes the mean of the loss
 * in both directions. One value an example, from -1 to 1, by default reduced to their mean.
 *
 * @throws MetricLearningError at use if it is given labels.
 * @see Chen, He: Exploring Simple Siamese Representation Learning, CVPR 2021. https://arxiv.org/abs/2011.10566
 */
export function simSiamLoss(options: LossOptions = {}): Loss {
  checkOptions('simSiamLoss', options, lossOptions);
  return defineLoss({
    name: 'simSiamLoss',
    accepts: { labels: 'none', tuples: 'none', reference: 'needed' },
    distance: cosineSimilarity(),
    options,
    reducer: meanReducer(),
    parts({ embeddings, reference = embeddings }) {
      checkViews('simSiamLoss', embeddings, reference);
      const goal = stopGradient(normalize(reference));
      const values = neg(sum<Tensor1D>(mul(normalize(embeddings), goal), 1));
      return [{ name: 'loss', kind: 'elements', values }];
    },
  });
}
