import { range, type Tensor1D, type Tensor2D, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../base/errors.ts';
import { hasOwnKernel, runOwnKernel } from '../ops/ownKernel.ts';
import { tupleWeights } from '../tuples/tupleWeights.ts';
import type { LossBatch } from './lossBatch.ts';

/** What a loss over classes makes of a batch's labels and tuples, as constants. */
export interface ClassTargets {
  /** 1 at the class of each row, 0 elsewhere: [batch, classes]. */
  readonly mask: Tensor2D;
  /** How much each example counts, [batch]: all 1 without tuples. */
  readonly weights: Tensor1D;
  /** How many classes the batch has examples of. */
  readonly present: number;
}

/**
 * Targets of a batch whose labels are classes 0 to `classes - 1`.
 *
 * Tuples weigh the examples by how often they are in them; with `anchorsOnly`, as anchors.
 *
 * @throws MetricLearningError if a label is no such class.
 */
export function classTargets(
  where: string,
  { labels, tuples }: LossBatch,
  classes: number,
  anchorsOnly = false,
): ClassTargets {
  const ids = labels as Int32Array;
  ids.forEach((id, row) => {
    if (id < 0 || id >= classes) {
      throw new MetricLearningError({
        where,
        expected: `labels from 0 to ${classes - 1} (classes: ${classes})`,
        got: `${id} at index ${row}`,
        fix: 'Number the classes from 0, or make the loss for more of them.',
      });
    }
  });
  return {
    mask: oneHot(ids, classes),
    weights: tensor1d(tupleWeights(tuples, ids.length, anchorsOnly)),
    present: new Set(ids).size,
  };
}

function oneHot(ids: Int32Array, classes: number): Tensor2D {
  if (hasOwnKernel('PairMasks')) {
    const others = range(0, classes, 1, 'int32');
    const inputs = { labels: tensor1d(ids, 'int32'), others };
    return runOwnKernel('PairMasks', inputs, { self: false })[0] as Tensor2D;
  }
  const mask = new Float32Array(ids.length * classes);
  ids.forEach((id, row) => {
    mask[row * classes + id] = 1;
  });
  return tensor2d(mask, [ids.length, classes]);
}
