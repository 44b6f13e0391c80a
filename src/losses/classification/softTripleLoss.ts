import { sub, type Tensor1D, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { similarityKind } from '../../distances/distanceOption.ts';
import { finite, positive, wholeNumber } from '../../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { softmaxMeanOfGroups } from '../../ops/softmaxMeanOfGroups.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { softmaxLossRules } from '../internal/classLossRules.ts';
import { crossEntropy } from '../internal/crossEntropy.ts';
import { normalVariable } from '../internal/normalVariable.ts';
import { type ClassLoss, defineClassLoss, type SoftmaxLossOptions } from './classLoss.ts';

export interface SoftTripleLossOptions extends SoftmaxLossOptions {
  /** The number of centers of each class. Default 10. */
  centersPerClass?: number;
  /** Logits are similarities to classes times this number: lambda in the paper. Default 20. */
  la?: number;
  /** The smaller, the more the nearest center of a class counts alone. Default 0.1. */
  gamma?: number;
  /** The margin: subtracted from the similarity to the target class. Default 0.01. */
  margin?: number;
  /** Measures embeddings against centers; it must be a similarity. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

export const softTripleLossOptions: OptionTable<
  SoftTripleLossOptions,
  'regularizer' | 'parameterRegularizer'
> = {
  centersPerClass: preset(10, wholeNumber(1)),
  la: preset(20, positive),
  gamma: preset(0.1, positive),
  margin: preset(0.01, finite),
  distance: made(() => cosineSimilarity(), similarityKind),
  ...softmaxLossRules(() => meanReducer()),
};

/**
 * SoftTriple: cross entropy over the logits `la * similarity` of all classes, the similarity to the target class less a
 * margin.
 *
 * The similarity to a class is the mean of the similarities to its centers, weighted by `softmax(similarity / gamma)`. One
 * loss for each example. The parameter is `fc`, [dims, classes * centersPerClass]; the centers of class c are the columns
 * from c * centersPerClass. `sparseCentersRegularizer` as `parameterRegularizer` merges centers that a class does not need.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range, or `distance` is no
 * similarity.
 * @example
 * const loss = softTripleLoss({ classes: 10, dims: 64, centersPerClass: 2 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, 64], labels 0 to 9
 * @see Qian et al.: SoftTriple Loss, ICCV 2019. https://arxiv.org/abs/1909.05235
 */
export function softTripleLoss(options: SoftTripleLossOptions): ClassLoss {
  const name = 'softTripleLoss';
  const values = readOptions(name, softTripleLossOptions, options);
  const { classes, dims, seed, centersPerClass, la, gamma, distance, labelSmoothing } = values;
  const columns = classes * centersPerClass;
  const fc = normalVariable('softTripleLoss', seed, [dims, columns], 1 / Math.sqrt(3 * columns));
  const rows = (): Tensor2D => transpose(fc as unknown as Tensor2D);
  const logits = (embeddings: Tensor2D): Tensor2D =>
    softmaxMeanOfGroups(distance.matrix(embeddings, rows()), centersPerClass, gamma);

  return defineClassLoss({
    name,
    options: values,
    distance,
    variables: { fc },
    parameterRows: rows,
    logits,
    parts(embeddings, targets) {
      const margin = (similarity: Tensor1D) => ({
        value: sub<Tensor1D>(similarity, values.margin),
      });
      return [crossEntropy(logits(embeddings), targets, { margin, scale: la, labelSmoothing })];
    },
  });
}
