import { sub, type Tensor1D, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { checkFinite, checkInteger, checkPositive } from '../../internal/checks.ts';
import { softmaxMeanOfGroups } from '../../ops/softmaxMeanOfGroups.ts';
import { checkSimilarity } from '../internal/checkSimilarity.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import {
  type ClassLoss,
  type ClassLossOptions,
  checkClassOptions,
  defineClassLoss,
} from './classLoss.ts';

export interface SoftTripleLossOptions extends ClassLossOptions {
  /** Default 10. */
  centersPerClass?: number;
  /** What similarities to classes are multiplied by: lambda in the paper. Default 20. */
  la?: number;
  /** How softly an embedding is shared among the centers of a class: the smaller, the harder. Default 0.1. */
  gamma?: number;
  /** Taken from the similarity to the own class. Default 0.01. */
  margin?: number;
  /** A similarity. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

/**
 * SoftTriple: cross entropy over `la * similarity` to each class, less a margin for the own one; the similarity to a
 * class is the mean of those to its centers, weighted by `softmax(similarity / gamma)`.
 *
 * Its weights are `fc`, [dims, classes * centersPerClass]; the centers of class c are the columns from
 * c * centersPerClass. `sparseCentersRegularizer` as `parameterRegularizer` merges centers a class does not need.
 *
 * @throws MetricLearningError if `distance` is no similarity, `margin` not finite, `la` or `gamma` not positive, or
 * another option no whole number >= 1.
 * @see Qian et al.: SoftTriple Loss, ICCV 2019. https://arxiv.org/abs/1909.05235
 */
export function softTripleLoss(options: SoftTripleLossOptions): ClassLoss {
  const name = 'softTripleLoss';
  checkClassOptions(name, options, ['centersPerClass', 'la', 'gamma', 'margin', 'distance']);
  const { classes, dims, seed = 0, centersPerClass = 10 } = options;
  const { la = 20, gamma = 0.1, margin = 0.01, distance = cosineSimilarity() } = options;
  checkInteger(name, 'centersPerClass', centersPerClass);
  checkPositive(name, 'la', la);
  checkPositive(name, 'gamma', gamma);
  checkFinite(name, 'margin', margin);
  checkSimilarity(name, distance);
  const columns = classes * centersPerClass;
  const fc = normalVariable(seed, [dims, columns], 1 / Math.sqrt(3 * columns));
  const rows = (): Tensor2D => transpose(fc as unknown as Tensor2D);
  const logits = (embeddings: Tensor2D): Tensor2D =>
    softmaxMeanOfGroups(distance.matrix(embeddings, rows()), centersPerClass, gamma);

  return defineClassLoss({
    name,
    options,
    variables: { fc },
    parameterRows: rows,
    logits,
    parts(embeddings, targets) {
      const lessMargin = (similarity: Tensor1D) => ({ value: sub<Tensor1D>(similarity, margin) });
      return [crossEntropy(logits(embeddings), targets, { margin: lessMargin, scale: la })];
    },
  });
}
