import { fill, mul, sum, type Tensor1D, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../distances/cosineSimilarity.ts';
import type { Distance } from '../distances/distance.ts';
import { similarityKind } from '../distances/distanceOption.ts';
import { made, type OptionTable, readOptions } from '../internal/readOptions.ts';
import { readNow } from '../ops/readNow.ts';
import { type Regularizer, type RegularizerOptions, regularizerRules } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

export interface RegularFaceRegularizerOptions extends RegularizerOptions {
  /** A similarity: a larger value means nearer. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

export const regularFaceRegularizerOptions: OptionTable<RegularFaceRegularizerOptions> = {
  distance: made(() => cosineSimilarity(), similarityKind),
  ...regularizerRules,
};

/**
 * Penalty on each row: its similarity to the nearest other row. The parameters of the classes move apart. A single row
 * has penalty 0.
 *
 * @throws MetricLearningError if an option is unknown or not of its kind, or `distance` is not a similarity.
 * @example
 * cosFaceLoss({ classes: 10, dims: 64, parameterRegularizer: regularFaceRegularizer() });
 * @see Zhao, Xu, Cheng: RegularFace, CVPR 2019.
 */
export function regularFaceRegularizer(options: RegularFaceRegularizerOptions = {}): Regularizer {
  const values = readOptions('regularFaceRegularizer', regularFaceRegularizerOptions, options);
  const { distance, reducer } = values;
  return rowRegularizer('regularFaceRegularizer', reducer, (rows) => {
    const similarities = distance.matrix(rows);
    return sum<Tensor1D>(mul(similarities, nearestOthers(similarities)), 1);
  });
}

/** 1 at the nearest other row of each row, 0 elsewhere; a constant. */
function nearestOthers(similarities: Tensor2D): Tensor2D {
  const count = similarities.shape[0];
  if (count === 1) return fill([1, 1], 0);
  const values = readNow('regularFaceRegularizer', similarities);
  const mask = new Float32Array(count * count);
  for (let row = 0; row < count; row++) {
    let nearest = row === 0 ? 1 : 0;
    for (let other = nearest + 1; other < count; other++) {
      const at = row * count;
      if (other !== row && values[at + other]! > values[at + nearest]!) {
        nearest = other;
      }
    }
    mask[row * count + nearest] = 1;
  }
  return tensor2d(mask, [count, count]);
}
