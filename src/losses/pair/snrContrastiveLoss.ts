import { snrDistance } from '../../distances/snrDistance.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import type { Loss } from '../loss.ts';
import {
  type ContrastiveLossOptions,
  contrastiveLossOptions,
  namedContrastiveLoss,
} from './contrastiveLoss.ts';

/**
 * Contrastive loss on the signal-to-noise ratio: `contrastiveLoss` with `snrDistance()`, which has to stay an
 * `snrDistance`. It goes with `zeroMeanRegularizer` on the embeddings.
 *
 * @throws MetricLearningError if a margin is not finite, or `distance` is another.
 * @see Yuan et al.: Signal-To-Noise Ratio, CVPR 2019. https://arxiv.org/abs/1904.02616
 */
export function snrContrastiveLoss(options: ContrastiveLossOptions = {}): Loss {
  checkOptions('snrContrastiveLoss', options, contrastiveLossOptions);
  const { distance = snrDistance() } = options;
  checkDistance('snrContrastiveLoss', distance, 'snrDistance');
  return namedContrastiveLoss('snrContrastiveLoss', { ...options, distance });
}
