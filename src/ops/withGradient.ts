import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/** The value of a function, and its gradient as a function. */
export interface WithGradient<T extends Tensor> {
  readonly value: T;
  /** The gradient of each input, in the shape of the input; `dy` is the gradient of the value. */
  gradient(dy: T, saved: Tensor[]): Tensor[];
}

/**
 * Runs a function that returns its value and its gradient. Nothing in the function is recorded on the tape: it may
 * compare, read numbers back, and use operations that tfjs cannot differentiate.
 *
 * The function calls `save` with each tensor that the gradient needs: inputs, the value, or tensors from outside, but no
 * intermediate result, which the leak check of tfjs (flag IS_TEST) would report. All other tensors are freed.
 */
export function withGradient<T extends Tensor>(
  inputs: readonly Tensor[],
  run: (save: (tensors: Tensor[]) => void) => WithGradient<T>,
): T {
  return customGrad<T>((...args) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void;
    const { value, gradient } = run(save);
    return { value, gradFunc: gradient };
  })(...inputs);
}
