import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/** The result of a function with a gradient of its own. */
export interface WithGradient<T extends Tensor> {
  readonly value: T;
  /** The gradient of each input, of that input's shape, from `dy`, the gradient of the value. */
  gradient(dy: T, saved: Tensor[]): Tensor[];
}

/**
 * Runs a function that brings its own gradient: what it does is not recorded on the tape, so it may compare,
 * read numbers back, and use operations that tfjs cannot differentiate.
 *
 * Tensors the gradient needs are handed to `save`: inputs, the value, or ones from outside. (tfjs' own check for
 * leaks, on under its flag IS_TEST, takes saved intermediates for a leak.) All others are freed.
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
