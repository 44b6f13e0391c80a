import { add, mul, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { withGradient } from '../ops/withGradient.ts';
import { asColumn } from './rows.ts';

/** A margin on the angle to the own class, as functions of the angle's cosine, [batch]. They need no gradient. */
export interface Margin {
  /** The cosine with the margin: smaller than without. */
  move(cosine: Tensor1D): Tensor1D;
  /** The derivative of that. */
  slope(cosine: Tensor1D): Tensor1D;
}

/** Cosines [batch, classes], that to the own class, where `mask` is 1, with a margin. */
export function moveOwn(cosines: Tensor2D, mask: Tensor2D, { move, slope }: Margin): Tensor2D {
  return withGradient<Tensor2D>([cosines], (save) => {
    save([cosines, mask]);
    const own = ownOf(cosines, mask);
    return {
      value: add(cosines, mul(mask, asColumn(sub(move(own), own)))),
      gradient: (dy, saved) => {
        const [x, targets] = saved as [Tensor2D, Tensor2D];
        const steeper = sub<Tensor1D>(slope(ownOf(x, targets)), 1);
        return [mul(dy, add(1, mul(targets, asColumn(steeper))))];
      },
    };
  });
}

function ownOf(cosines: Tensor2D, mask: Tensor2D): Tensor1D {
  return sum(mul(cosines, mask), 1);
}
