import { concat, type Scalar, slice, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { LossObserver } from '../../losses/computeOptions.ts';
import type { Loss } from '../../losses/loss.ts';
import { checkConcatenated, type KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import type { Tuples } from '../../tuples/tuples.ts';

/**
 * A loss as `LayersModel.compile` accepts it, on concatenated embeddings: a batch loss is given the 3 * batch
 * embeddings and the batch's triplets. No labels reach a Keras loss: there, anchor and positive of each row are one
 * class, and its negative is another one that no other row has.
 *
 * @throws MetricLearningError at use if the loss has parameters for each class.
 */
export function kerasLoss(loss: KerasLoss | Loss): KerasLoss {
  if (typeof loss === 'function') return loss;
  return (_yTrue: Tensor, yPred: Tensor): Tensor => {
    if (loss.accepts.classes) throw noClasses(loss.name);
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
    return computeLoss(loss, embeddings, labels, triplets);
  };
}

/** Calls a batch loss with what it accepts of labels and tuples. */
export function computeLoss(
  loss: Loss,
  embeddings: Tensor2D,
  labels: Int32Array,
  tuples: Tuples | undefined,
  observe?: LossObserver,
): Scalar {
  return loss.compute(embeddings, loss.accepts.labels === 'none' ? null : labels, {
    tuples: loss.accepts.tuples === 'none' ? undefined : tuples,
    observe,
  });
}

function noClasses(name: string): MetricLearningError {
  return new MetricLearningError({
    where: name,
    expected: 'the class id of each example',
    got: "a tfjs model's own fit or evaluate, which has none",
    fix: 'Train with TripletModel.fit.',
  });
}
