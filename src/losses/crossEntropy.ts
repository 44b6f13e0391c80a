import {
  logSumExp,
  mul,
  softmax,
  sub,
  sum,
  type Tensor1D,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from '../ops/ownKernel.ts';
import { withGradient } from '../ops/withGradient.ts';
import type { LossPart } from '../reducers/reducer.ts';
import type { ClassTargets } from './classTargets.ts';
import { asColumn } from './rows.ts';

/** `-log softmax(logits)` at the class of each example, times the example's weight. */
export function crossEntropy(logits: Tensor2D, { mask, weights }: ClassTargets): LossPart {
  const values = withGradient<Tensor1D>([logits], (save) => {
    const own = sum(mul(logits, mask), 1);
    save([logits, mask, weights]);
    return {
      value: mul(sub(rowSums(logits), own), weights),
      gradient(dy, saved) {
        const [x, targets, times] = saved as [Tensor2D, Tensor2D, Tensor1D];
        return [mul(sub(softmax(x), targets), asColumn(mul(dy, times)))];
      },
    };
  });
  return { name: 'loss', kind: 'elements', values };
}

/** log(sum of exp(x)) of each row. */
function rowSums(x: Tensor2D): Tensor1D {
  if (!hasOwnKernel('LogSumExp')) return logSumExp(x, 1);
  return runOwnKernel('LogSumExp', { x }, { addOne: false, empty: 0 })[0] as Tensor1D;
}
