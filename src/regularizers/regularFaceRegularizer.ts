import { fill, mul, sum, type Tensor1D, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../distances/cosineSimilarity.ts';
import type { Distance } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { readNow } from '../ops/readNow.ts';
import type { Regularizer, RegularizerOptions } from './regularizer.ts';
import { rowRegularizer } from './rowRegularizer.ts';

export interface RegularFaceRegularizerOptions extends RegularizerOptions {
  /** A similarity: larger means nearer. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

/**
 * The similarity of each row to its nearest other row: drives class weights apart. A single row has penalty 0.
 *
 * @throws MetricLearningError if `distance` is not a similarity.
 * @see Zhao, Xu, Cheng: RegularFace, CVPR 2019.
 */
export function regularFaceRegularizer(options: RegularFaceRegularizerOptions = {}): Regularizer {
  checkOptions('regularFaceRegularizer', options, ['distance', 'reducer']);
  const { distance = cosineSimilarity() } = options;
  if (!distance.inverted) {
    throw new MetricLearningError({
      where: 'regularFaceRegularizer',
      expected: 'distance to be a similarity (cosineSimilarity, dotProductSimilarity)',
      got: distance.name,
    });
  }
  return rowRegularizer('regularFaceRegularizer', options, (rows) => {
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
      if (other !== row && (values[at + other] as number) > (values[at + nearest] as number)) {
        nearest = other;
      }
    }
    mask[row * count + nearest] = 1;
  }
  return tensor2d(mask, [count, count]);
}
