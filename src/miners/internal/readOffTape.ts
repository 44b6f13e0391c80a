import { scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { readNow } from '../../ops/readNow.ts';
import { withGradient } from '../../ops/withGradient.ts';

/**
 * The numbers of a tensor that `compute` makes from `input`, without recording how on the gradient tape.
 *
 * Within `grad` and `variableGrads` tfjs keeps every operation's inputs until the gradients are done; inside an
 * operation with a gradient of its own it does not. All that the tape sees is one operation nothing depends on.
 *
 * @throws MetricLearningError on a backend that cannot read at once.
 */
export function readOffTape(where: string, input: Tensor, compute: () => Tensor): Float32Array {
  let values: Float32Array = new Float32Array(0);
  tidy(() => {
    withGradient([input], () => {
      values = readNow(where, compute());
      return { value: scalar(0), gradient: () => [zerosLike(input)] };
    });
  });
  return values;
}
