import { add, mul, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { asColumn } from '../../ops/rows.ts';
import { withGradient } from '../../ops/withGradient.ts';

/** A margin on the angle to the own class, as a function of the angle's cosine, [batch]. It needs no gradient. */
export type Margin = (cosine: Tensor1D) => MovedCosine;

interface MovedCosine {
  /** The cosine with the margin: smaller than without. */
  readonly moved: Tensor1D;
  /** Its derivative; 1 without. */
  slope?(): Tensor1D;
}

/** Cosines [batch, classes], that to the own class, where `mask` is 1, with a margin. */
export function moveOwn(cosines: Tensor2D, mask: Tensor2D, margin: Margin): Tensor2D {
  return withGradient<Tensor2D>([cosines], (save) => {
    save([cosines, mask]);
    const own = ownOf(cosines, mask);
    return {
      value: add(cosines, mul(mask, asColumn(sub(margin(own).moved, own)))),
      gradient: (dy, saved) => {
        const [x, targets] = saved as [Tensor2D, Tensor2D];
        const { slope } = margin(ownOf(x, targets));
        return [slope ? mul(dy, add(1, mul(targets, asColumn(sub(slope(), 1))))) : dy];
      },
    };
  });
}

function ownOf(cosines: Tensor2D, mask: Tensor2D): Tensor1D {
  return sum(mul(cosines, mask), 1);
}
