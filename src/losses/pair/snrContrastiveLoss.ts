import type { Distance } from '../../distances/distance.ts';
import { snrDistance } from '../../distances/snrDistance.ts';
import { type OptionTable, readOptions } from '../../internal/readOptions.ts';
import { onlyDistance } from '../internal/lossOptionRules.ts';
import type { Loss } from '../loss.ts';
import {
  type ContrastiveLossOptions,
  contrastiveLossRules,
  namedContrastiveLoss,
} from './contrastiveLoss.ts';

export interface SnrContrastiveLossOptions extends ContrastiveLossOptions {
  /** The ratio of the variances of difference and anchor. */
  distance?: Distance;
}

export const snrContrastiveLossOptions: OptionTable<SnrContrastiveLossOptions, 'regularizer'> =
  /*#__PURE__*/ contrastiveLossRules(() => snrDistance(), onlyDistance('snrDistance'));

/**
 * Contrastive loss on the signal-to-noise ratio: `contrastiveLoss` with `snrDistance()`, and no other distance.
 *
 * The distance assumes embeddings with a mean of 0: the paper adds `regularizer: zeroMeanRegularizer()` with
 * `regularizerCoefficient: 0.1`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = snrContrastiveLoss({ regularizer: zeroMeanRegularizer(), regularizerCoefficient: 0.1 });
 * @see Yuan et al.: Signal-To-Noise Ratio, CVPR 2019. https://arxiv.org/abs/1904.02616
 */
export function snrContrastiveLoss(options: SnrContrastiveLossOptions = {}): Loss {
  const values = readOptions('snrContrastiveLoss', snrContrastiveLossOptions, options);
  return namedContrastiveLoss('snrContrastiveLoss', values);
}
