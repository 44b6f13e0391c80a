import { mul, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import { lpDistance } from '../../distances/lpDistance.ts';
import { positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { neighborhood } from '../internal/neighborhood.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface NcaLossOptions extends TupleLossOptions {
  /** Distances are multiplied by this number: the larger, the more the nearest neighbors count. 1 to 10. Default 1. */
  softmaxScale?: number;
}

export const ncaLossOptions: OptionTable<NcaLossOptions, 'regularizer'> = {
  softmaxScale: preset(1, positive),
  ...tupleLossRules(
    () => lpDistance({ power: 2 }),
    () => meanReducer(),
  ),
};

/**
 * Neighborhood components analysis: for each example `-log(sum over the others of its class of exp(-softmaxScale d) /
 * sum over all others of exp(-softmaxScale d))`.
 *
 * Each example has one loss; the default reducer takes the mean over the examples that are not singletons of their
 * class. Tuples weigh an example by the number of tuples that it is in.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const loss = ncaLoss();
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Goldberger et al.: Neighbourhood Components Analysis, NIPS 2004.
 */
export function ncaLoss(options: NcaLossOptions = {}): Loss {
  const values = readOptions('ncaLoss', ncaLossOptions, options);
  const { softmaxScale, distance } = values;

  return defineLoss({
    name: 'ncaLoss',
    accepts: { labels: 'needed', tuples: 'coefficients', reference: 'optional' },
    distance,
    options: values,
    parts(batch) {
      const logits = mul<Tensor2D>(similarities(distance, batch), softmaxScale);
      const { values, counts } = neighborhood(logits, batch);
      const anchorsOnly = batch.reference !== undefined;
      const weights = tensor1d(tupleWeights(batch.tuples, values.size, anchorsOnly));
      return [{ name: 'loss', kind: 'elements', values: mul(values, weights), counts }];
    },
  });
}
