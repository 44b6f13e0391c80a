import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import { ntXentLoss } from '../pair/ntXentLoss.ts';
import { lossOverViews } from '../wrappers/selfSupervisedLoss.ts';

export interface SimClrLossOptions extends TupleLossOptions {
  /** Logits are similarities divided by this number: the smaller, the sharper the softmax. 0.05 to 0.5. Default 0.05. */
  temperature?: number;
  /** Default: `cosineSimilarity()`. */
  distance?: Distance;
}

export const simClrLossOptions: OptionTable<SimClrLossOptions, 'regularizer'> = {
  temperature: preset(0.05, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
  ),
};

/**
 * The loss of SimCLR, for two views without labels: `ntXentLoss` where the two views of an example are a positive pair, and
 * every other row of both views is a negative.
 *
 * `embeddings` and `reference.embeddings` are the two views of the same examples, row by row; each view is anchor once.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, and at use if labels are given.
 * @example
 * const value = simClrLoss({ temperature: 0.1 }).compute(first, null, { reference: { embeddings: second } });
 * @see Chen et al.: SimCLR, ICML 2020. https://arxiv.org/abs/2002.05709
 */
export function simClrLoss(options: SimClrLossOptions = {}): Loss {
  const { regularizer, ...values } = readOptions('simClrLoss', simClrLossOptions, options);
  const loss = ntXentLoss({ ...values, ...(regularizer && { regularizer }) });
  return lossOverViews('simClrLoss', loss, true);
}
