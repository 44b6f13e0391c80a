import { concat, slice, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { show } from '../base/checks.ts';
import { MetricLearningError } from '../base/errors.ts';
import type { Loss } from '../losses/loss.ts';
import { checkConcatenated, type KerasLoss } from '../losses/tripletLoss.ts';

/**
 * A loss as `LayersModel.compile` takes it, on concatenated embeddings: a batch loss is given the 3 * batch
 * embeddings and the batch's triplets. Each row is a class pair of its own there, as no labels reach a Keras loss.
 *
 * @throws MetricLearningError if `loss` is neither a function nor a batch loss.
 */
export function kerasLoss(where: string, loss: KerasLoss | Loss): KerasLoss {
  if (typeof loss === 'function') return loss;
  if (typeof loss?.compute !== 'function') {
    throw new MetricLearningError({
      where,
      expected: 'loss to be tripletLoss(..), a batch loss, or a function (yTrue, yPred) => tensor',
      got: show(loss),
    });
  }
  return (_yTrue: Tensor, yPred: Tensor): Tensor => {
    const [batch, width] = checkConcatenated(loss.name, yPred);
    const dims = width / 3;
    const embeddings = concat(
      [0, dims, 2 * dims].map((start) => slice(yPred as Tensor2D, [0, start], [batch, dims])),
      0,
    );
    const rows = (start: number, step = 1): Int32Array =>
      Int32Array.from({ length: batch }, (_, i) => start + step * i);
    const labels = Int32Array.of(...rows(0, 2), ...rows(0, 2), ...rows(1, 2));
    const triplets = { anchor: rows(0), positive: rows(batch), negative: rows(2 * batch) };
    return loss.compute(embeddings, labels, triplets);
  };
}
