import {
  engine,
  type GradConfig,
  getBackend,
  getGradient,
  registerGradient,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import { activationGradients } from './gradients/activations.ts';
import { batchNormGradient } from './gradients/batchNorm.ts';
import { reductionGradients } from './gradients/reductions.ts';
import { softmaxGradient } from './gradients/softmax.ts';
import { tileGradient } from './gradients/tile.ts';
import type { ReplacedGradients } from './simdBackendSetup.ts';
import type { SimdGradient } from './simdGradient.ts';

const simdGradients: readonly SimdGradient[] = [
  ...activationGradients,
  batchNormGradient,
  ...reductionGradients,
  softmaxGradient,
  tileGradient,
];

/**
 * Registers the gradients of the simd backend.
 *
 * tfjs keeps one gradient for all backends: while another backend is in use, these gradients run the ones they
 * replace. So they do for the gradient of a gradient, as their own kernels have no gradients.
 */
export function replaceGradients(): ReplacedGradients {
  let waiting = simdGradients;
  const undo: (() => void)[] = [];
  const update = (): void => {
    if (waiting.length === 0) return;
    const now = waiting.filter(({ kernelName }) => getGradient(kernelName) !== undefined);
    if (now.length === 0) return;
    waiting = waiting.filter((gradient) => !now.includes(gradient));
    undo.push(...now.map(replaceGradient));
  };
  update();
  return {
    update,
    restore() {
      for (const back of undo.splice(0)) back();
    },
  };
}

function replaceGradient({ kernelName, config }: SimdGradient): () => void {
  const former = getGradient(kernelName);
  const ours = config(former);
  const present = (): Omit<GradConfig, 'kernelName'> =>
    getBackend() === 'simd' && engine().state.gradientDepth < 2 ? ours : former;
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
