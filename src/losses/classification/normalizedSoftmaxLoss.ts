import { mul, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { dotProductSimilarity } from '../../distances/dotProductSimilarity.ts';
import { checkPositive } from '../../internal/checks.ts';
import { normalize } from '../../ops/normalize.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import {
  type ClassLoss,
  type ClassLossOptions,
  checkClassOptions,
  defineClassLoss,
} from './classLoss.ts';

export interface NormalizedSoftmaxLossOptions extends ClassLossOptions {
  /** Similarities are divided by it: the smaller, the sharper. Default 0.05. */
  temperature?: number;
  /** Default: `dotProductSimilarity()`, of unit vectors. */
  distance?: Distance;
}

/**
 * Cross entropy over `similarity / temperature` between embeddings and one unit vector a class.
 *
 * Its weights are `W`, [dims, classes]. A distance in place of a similarity counts negative.
 *
 * @throws MetricLearningError if `temperature` is not positive, or `classes` or `dims` no whole number >= 1.
 * @see Wang et al.: NormFace, ACM MM 2017, https://arxiv.org/abs/1704.06369; Zhai, Wu: Classification is a Strong
 * Baseline for Deep Metric Learning, BMVC 2019, https://arxiv.org/abs/1811.12649
 */
export function normalizedSoftmaxLoss(options: NormalizedSoftmaxLossOptions): ClassLoss {
  const name = 'normalizedSoftmaxLoss';
  checkClassOptions(name, options, ['temperature', 'distance']);
  const { classes, dims, seed = 0, temperature = 0.05 } = options;
  const { distance = dotProductSimilarity() } = options;
  checkPositive(name, 'temperature', temperature);
  const W = normalVariable(seed, [dims, classes]);
  const rows = (): Tensor2D => transpose(W as unknown as Tensor2D);
  const closeness = (embeddings: Tensor2D): Tensor2D =>
    distance.matrix(embeddings, normalize(rows(), distance.norm));
  const scale = (distance.inverted ? 1 : -1) / temperature;

  return defineClassLoss({
    name,
    options,
    variables: { W },
    parameterRows: rows,
    logits: (embeddings) => mul(closeness(embeddings), scale),
    parts: (embeddings, targets) => [crossEntropy(closeness(embeddings), targets, { scale })],
  });
}
