import { add, relu, split, square, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkNonNegative } from '../../internal/checks.ts';

/** A loss as `LayersModel.compile` takes it. */
export type KerasLoss = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * Triplet loss on a TripletModel's output, as FaceNet has it: `max(|a - p|^2 - |a - n|^2 + margin, 0)` a row.
 *
 * The returned function takes `yPred` of shape [batch, 3 * dims], whose rows hold the embeddings of anchor,
 * positive and negative one after the other, ignores `yTrue`, and returns [batch, 1]. It works in
 * `model.compile({ loss: tripletLoss(1) })` of a `TripletModel` and of any tfjs model with such an output.
 * `tripletMarginLoss` is its sister for embeddings and labels.
 *
 * `margin` is in units of squared Euclidean distance. Default 1.
 *
 * @throws MetricLearningError if `margin` is negative or not finite, and at use if `yPred` has no such shape.
 * @example
 * const model = new TripletModel(smallConvNet({ dims: 32 }));
 * model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
 * @see Schroff, Kalenichenko, Philbin: FaceNet, CVPR 2015. https://arxiv.org/abs/1503.03832
 */
export function tripletLoss(margin = 1): KerasLoss {
  checkNonNegative('tripletLoss', 'margin', margin);
  return function tripletLoss(_yTrue, yPred) {
    checkConcatenated('tripletLoss', yPred);
    return tidy(() => {
      const [anchor, positive, negative] = split(yPred, 3, 1) as [Tensor, Tensor, Tensor];
      // In place of squaredDifference, whose gradient computes the difference twice.
      const ap = sum(square(sub(anchor, positive)), 1, true);
      const an = sum(square(sub(anchor, negative)), 1, true);
      return relu(add(sub(ap, an), margin));
    });
  };
}

/** The shape of three concatenated embeddings, [batch, 3 * dims]; throws if it is none. */
export function checkConcatenated(where: string, yPred: Tensor): [batch: number, width: number] {
  const [batch = 0, width = 0] = yPred.shape;
  if (yPred.rank !== 2 || width === 0 || width % 3 !== 0) {
    throw new MetricLearningError({
      where,
      expected: 'an output of shape [batch, 3 * dims] (anchor, positive, negative)',
      got: `shape [${yPred.shape}]`,
      fix: 'Concatenate the three embeddings on the last axis, as TripletModel does.',
    });
  }
  return [batch, width];
}
