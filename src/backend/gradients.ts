import {
  engine,
  type GradConfig,
  getBackend,
  getGradient,
  registerGradient,
  type Tensor,
  unregisterGradient,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { reluGradientName } from './kernels/relu.ts';

/**
 * Gradients that the simd backend computes in another way. tfjs keeps one gradient for all backends: while another one
 * is in use, these behave as the ones they replace.
 */
const replaced: readonly GradConfig[] = [
  {
    // tfjs computes dy * cast(step(x), 'float32'). From the result instead of x it is one pass, and x can be freed.
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({
      x: () => engine().runKernel(reluGradientName, { y: saved[0] as Tensor, dy: dy as Tensor }),
    }),
  },
];

/** The gradient of that gradient, for higher orders: of dy, as with step, whose own gradient is zero. */
const reluGradientGradient: GradConfig = {
  kernelName: reluGradientName,
  inputsToSave: ['y'],
  gradFunc: (dy, saved) => {
    const y = saved[0] as Tensor;
    return {
      dy: () => engine().runKernel(reluGradientName, { y, dy: dy as Tensor }),
      y: () => zerosLike(y),
    };
  },
};

/** Puts the gradients in place; returns what puts the former ones back. */
export function replaceGradients(): () => void {
  registerGradient(reluGradientGradient);
  const undo = replaced.map(replaceGradient);
  return () => {
    for (const restore of undo) restore();
  };
}

function replaceGradient(ours: GradConfig): () => void {
  const { kernelName } = ours;
  const former = getGradient(kernelName) as GradConfig | undefined;
  if (former === undefined) return () => {};
  const present = (): GradConfig => (getBackend() === 'simd' ? ours : former);
  const chosen: GradConfig = {
    kernelName,
    get inputsToSave() {
      return present().inputsToSave ?? [];
    },
    get outputsToSave() {
      return present().outputsToSave ?? [];
    },
    get gradFunc() {
      return present().gradFunc;
    },
  };
  replaceWith(chosen);
  return () => {
    if (getGradient(kernelName) === chosen) replaceWith(former);
  };
}

function replaceWith(config: GradConfig): void {
  unregisterGradient(config.kernelName);
  registerGradient(config);
}
