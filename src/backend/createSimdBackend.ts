import { replaceGradients } from './gradients.ts';
import { replaceAdam } from './replaceAdam.ts';
import { replaceRecurrent } from './replaceRecurrent.ts';
import { SimdBackend } from './simdBackend.ts';
import type { SimdBackendSetup } from './simdBackendSetup.ts';

/** A backend with its gradients, its optimizer's steps and its recurrent layers, whose kernels `installKernels` registers. */
export function createSimdBackend(setup: Omit<SimdBackendSetup, 'replaceGradients'>): SimdBackend {
  return new SimdBackend({
    ...setup,
    replaceGradients() {
      const gradients = replaceGradients();
      const restoreAdam = replaceAdam();
      let restoreRecurrent = replaceRecurrent();
      return {
        update() {
          gradients.update();
          restoreRecurrent ??= replaceRecurrent();
        },
        restore() {
          gradients.restore();
          restoreAdam();
          restoreRecurrent?.();
        },
      };
    },
  });
}
