import { replaceGradients } from './gradients.ts';
import { guardSteps } from './guardSteps.ts';
import { replaceAdam } from './replaceAdam.ts';
import { replaceDropout } from './replaceDropout.ts';
import { replaceNormalization } from './replaceNormalization.ts';
import { replaceRecurrent } from './replaceRecurrent.ts';
import { replaceRelu } from './replaceRelu.ts';
import { SimdBackend } from './simdBackend.ts';
import type { SimdBackendSetup } from './simdBackendSetup.ts';

/** A backend with its gradients, the steps of its optimizers and its layers, whose kernels `installKernels` registers. */
export function createSimdBackend(setup: Omit<SimdBackendSetup, 'replaceGradients'>): SimdBackend {
  return new SimdBackend({
    ...setup,
    replaceGradients() {
      const gradients = replaceGradients();
      const undo = [replaceAdam(), guardSteps()];
      let waiting = [replaceDropout, replaceNormalization, replaceRecurrent, replaceRelu];
      const replaceLayers = (): void => {
        if (waiting.length === 0) return;
        waiting = waiting.filter((replace) => {
          const restore = replace();
          if (restore) undo.push(restore);
          return !restore;
        });
      };
      replaceLayers();
      return {
        update() {
          gradients.update();
          replaceLayers();
        },
        restore() {
          gradients.restore();
          for (const restore of undo) restore();
        },
      };
    },
  });
}
