import { add, mul, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { asColumn } from '../../ops/rows.ts';
import { withGradient } from '../../ops/withGradient.ts';

/**
 * A margin for the target class, the class of the example: a function of the cosines between embeddings and their
 * target classes, [batch]. It runs outside of the gradient tape.
 */
export type TargetMargin = (cosine: Tensor1D) => CosineWithMargin;

interface CosineWithMargin {
  /** The cosines with the margin: smaller than without. */
  readonly value: Tensor1D;
  /** The derivative of `value` with respect to the cosines. Default: 1. */
  derivative?(): Tensor1D;
}

/** Cosines [batch, classes] with the margin on the cosine to the target class, where `mask` is 1. */
export function withTargetMargin(
  cosines: Tensor2D,
  mask: Tensor2D,
  margin: TargetMargin,
): Tensor2D {
  return withGradient<Tensor2D>([cosines], (save) => {
    save([cosines, mask]);
    const target = targetOf(cosines, mask);
    return {
      value: add(cosines, mul(mask, asColumn(sub(margin(target).value, target)))),
      gradient: (dy, saved) => {
        const [x, targets] = saved as [Tensor2D, Tensor2D];
        const { derivative } = margin(targetOf(x, targets));
        return [derivative ? mul(dy, add(1, mul(targets, asColumn(sub(derivative(), 1))))) : dy];
      },
    };
  });
}

function targetOf(cosines: Tensor2D, mask: Tensor2D): Tensor1D {
  return sum(mul(cosines, mask), 1);
}
