import { mul, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { dotProductSimilarity } from '../../distances/dotProductSimilarity.ts';
import { positive } from '../../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { normalize } from '../../ops/normalize.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { distanceKind } from '../internal/lossOptionRules.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface NormalizedSoftmaxLossOptions extends SoftmaxLossOptions {
  /** Logits are similarities divided by this number: the smaller, the sharper the softmax. 0.03 to 0.1. Default 0.05. */
  temperature?: number;
  /** Measures embeddings against class vectors. Default: `dotProductSimilarity()` between unit vectors. */
  distance?: Distance;
}

export const normalizedSoftmaxLossOptions: OptionTable<
  NormalizedSoftmaxLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  temperature: preset(0.05, positive),
  distance: made(() => dotProductSimilarity(), distanceKind),
  ...softmaxLossRules(() => meanReducer()),
};

/**
 * Normalized softmax: cross entropy over `similarity / temperature` between an embedding and one unit vector for each class.
 *
 * A distance in place of a similarity counts negative. One loss for each example. The parameter is `W`, [dims, classes].
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range.
 * @example
 * const loss = normalizedSoftmaxLoss({ classes: 10, dims: 64 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Wang et al.: NormFace, ACM MM 2017, https://arxiv.org/abs/1704.06369; Zhai, Wu: Classification is a Strong
 * Baseline for Deep Metric Learning, BMVC 2019, https://arxiv.org/abs/1811.12649
 */
export function normalizedSoftmaxLoss(options: NormalizedSoftmaxLossOptions): ClassLoss {
  const name = 'normalizedSoftmaxLoss';
  const values = readOptions(name, normalizedSoftmaxLossOptions, options);
  const { classes, dims, seed, temperature, distance, labelSmoothing } = values;
  const W = normalVariable('normalizedSoftmaxLoss', seed, [dims, classes]);
  const rows = (): Tensor2D => transpose(W as unknown as Tensor2D);
  const closeness = (embeddings: Tensor2D): Tensor2D =>
    distance.matrix(embeddings, normalize(rows(), distance.norm));
  const scale = (distance.inverted ? 1 : -1) / temperature;

  return defineClassLoss({
    name,
    options: values,
    distance,
    variables: { W },
    parameterRows: rows,
    logits: (embeddings) => mul(closeness(embeddings), scale),
    parts: (embeddings, targets) => [
      crossEntropy(closeness(embeddings), targets, { scale, labelSmoothing }),
    ],
  });
}
