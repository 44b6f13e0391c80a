import { checkOptions } from '../../internal/checkOptions.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import type { Loss } from '../loss.ts';
import { type NtXentLossOptions, ntXentLoss } from '../pair/ntXentLoss.ts';
import { lossOverViews } from '../wrappers/selfSupervisedLoss.ts';

/**
 * SimCLR's loss, without labels: `ntXentLoss` on two views of the same examples, `embeddings` and
 * `reference.embeddings` row by row, seen from both. Temperature 0.05 by default.
 *
 * @throws MetricLearningError if `temperature` is not positive, and at use if it is given labels.
 * @see Chen et al.: SimCLR, ICML 2020. https://arxiv.org/abs/2002.05709
 */
export function simClrLoss(options: NtXentLossOptions = {}): Loss {
  checkOptions('simClrLoss', options, ['temperature', ...tupleLossOptions]);
  return lossOverViews('simClrLoss', ntXentLoss({ temperature: 0.05, ...options }), true);
}
