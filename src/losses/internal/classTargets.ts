import {
  sub,
  type Tensor1D,
  type Tensor2D,
  tensor1d,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { hasOwnKernel, runOwnKernel } from '../../ops/ownKernel.ts';
import { tupleWeights } from '../../tuples/internal/tupleWeights.ts';
import type { LossBatch } from '../lossBatch.ts';

/** The target classes of a batch, and how much each example counts. */
export interface ClassTargets {
  /** The class of each row, [batch]. */
  readonly ids: Int32Array;
  readonly classes: number;
  /** The loss of each example is multiplied by its coefficient, [batch]; undefined where all are 1. */
  readonly coefficients?: Tensor1D;
}

/**
 * The targets of a batch whose labels are classes 0 to `classes - 1`.
 *
 * The coefficient of an example is how often the tuples contain the example, divided by the largest such number; with
 * `anchorsOnly` only anchors are counted.
 *
 * @throws MetricLearningError if a label is not from 0 to `classes - 1`.
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
        fix: 'Number the classes from 0, or make the loss with a larger number of classes. Metrics, such as retrievalMetrics, measure classes that it does not know.',
      });
    }
  });
  if (tuples === undefined) return { ids, classes };
  return { ids, classes, coefficients: tensor1d(tupleWeights(tuples, ids.length, anchorsOnly)) };
}

/** 1 at the class of each row, 0 elsewhere: [batch, classes]. */
export function oneHot({ ids, classes }: ClassTargets): Tensor2D {
  if (hasOwnKernel('SimdPairMasks')) {
    const inputs = { labels: tensor1d(ids, 'int32'), others: everyClass(classes) };
    return runOwnKernel('SimdPairMasks', inputs, { self: false })[0] as Tensor2D;
  }
  const mask = new Float32Array(ids.length * classes);
  ids.forEach((id, row) => {
    mask[row * classes + id] = 1;
  });
  return tensor2d(mask, [ids.length, classes]);
}

/** 1 where an example is of a class, and 1 where it is not: [classes, batch]. */
export function classMasks(targets: ClassTargets): { members: Tensor2D; others: Tensor2D } {
  const { ids, classes } = targets;
  if (hasOwnKernel('SimdPairMasks')) {
    const inputs = { labels: everyClass(classes), others: tensor1d(ids, 'int32') };
    const [members, others] = runOwnKernel('SimdPairMasks', inputs, { self: false }) as Tensor2D[];
    return { members: members as Tensor2D, others: others as Tensor2D };
  }
  const members = transpose(oneHot(targets));
  return { members, others: sub(1, members) };
}

function everyClass(classes: number): Tensor1D {
  return tensor1d(
    Int32Array.from({ length: classes }, (_, id) => id),
    'int32',
  );
}
