import { scalar, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { readNow } from '../../ops/readNow.ts';
import { withGradient } from '../../ops/withGradient.ts';

/**
 * The numbers of a tensor that `compute` makes from `input`, without recording operations on the gradient tape.
 *
 * Within `grad` and `variableGrads` tfjs keeps the inputs of every operation until the gradients are done, except inside
 * an operation with a custom gradient. The tape records one custom operation, whose result nothing uses.
 *
 * @throws MetricLearningError on a backend that cannot read synchronously.
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
