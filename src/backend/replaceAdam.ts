import {
  AdamOptimizer,
  engine,
  getBackend,
  mul,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from './kernelNames.ts';
import type { AdamAttrs, AdamInputs } from './kernels/adam.ts';

/** What tfjs keeps of the gradients of one variable. */
interface Moment {
  readonly originalName: string;
  readonly variable: Variable;
}

/** The fields of tfjs-core's optimizer, which its types keep to themselves. */
interface AdamState extends AdamAttrs {
  readonly accBeta1: Variable;
  readonly accBeta2: Variable;
  readonly accumulatedFirstMoment: Moment[];
  readonly accumulatedSecondMoment: Moment[];
  incrementIterations(): void;
}

type Gradients = Parameters<AdamOptimizer['applyGradients']>[0];

/**
 * Lets `train.adam` compute its step with one kernel for each variable, in place of a dozen kernels of tfjs-core, while
 * the simd backend is in use. The results are the same bit for bit. A step that does not fit into the memory changes
 * nothing.
 *
 * @returns a function that restores the former steps.
 */
export function replaceAdam(): () => void {
  const { prototype } = AdamOptimizer;
  const former = prototype.applyGradients;
  const present = function (this: AdamOptimizer, gradients: Gradients): void {
    const pairs = pairsOf(gradients);
    const isFloat = ([name, gradient]: [string, Tensor | undefined]): boolean =>
      engine().registeredVariables[name]?.dtype === 'float32' &&
      (gradient ?? { dtype: 'float32' }).dtype === 'float32';
    if (getBackend() === 'simd' && pairs.every(isFloat)) step(this as unknown as AdamState, pairs);
    else former.call(this, gradients);
  };
  prototype.applyGradients = present;
  return () => {
    if (prototype.applyGradients === present) prototype.applyGradients = former;
  };
}

/** The name of each variable, and its gradient if it has one. */
function pairsOf(gradients: Gradients): [string, Tensor | undefined][] {
  if (!Array.isArray(gradients)) return Object.entries(gradients);
  return gradients.map(({ name, tensor }) => [name, tensor]);
}

function step(adam: AdamState, gradients: [string, Tensor | undefined][]): void {
  const { learningRate, beta1, beta2, epsilon, accBeta1, accBeta2 } = adam;
  const attrs: AdamAttrs = { learningRate, beta1, beta2, epsilon };
  tidy(() => {
    const correction1 = sub(1, accBeta1);
    const correction2 = sub(1, accBeta2);
    const updates: [Variable, Tensor][] = [];
    for (const [i, [name, gradient]] of gradients.entries()) {
      const value = engine().registeredVariables[name]!;
      adam.accumulatedFirstMoment[i] ??= moment(`${name}/m`, value);
      adam.accumulatedSecondMoment[i] ??= moment(`${name}/v`, value);
      if (!gradient) continue;
      const first = adam.accumulatedFirstMoment[i]!.variable;
      const second = adam.accumulatedSecondMoment[i]!.variable;
      const inputs = { value, gradient, first, second, correction1, correction2 };
      const [newValue, newFirst, newSecond] = engine().runKernel(
        'SimdAdam' satisfies SimdKernelName,
        inputs satisfies AdamInputs,
        { ...attrs },
      ) as unknown as [Tensor, Tensor, Tensor];
      updates.push([first, newFirst], [second, newSecond], [value, newValue]);
    }
    updates.push([accBeta1, mul(accBeta1, beta1)], [accBeta2, mul(accBeta2, beta2)]);
    // All of the step has its memory by now: where that is full, nothing has changed.
    for (const [target, result] of updates) target.assign(result);
  });
  adam.incrementIterations();
}

function moment(originalName: string, value: Variable): Moment {
  return { originalName, variable: tidy(() => variable(zerosLike(value), false)) };
}
