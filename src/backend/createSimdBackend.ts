import { replaceGradients } from './gradients.ts';
import { replaceAdam } from './replaceAdam.ts';
import { SimdBackend } from './simdBackend.ts';
import type { SimdBackendSetup } from './simdBackendSetup.ts';

/** A backend with its gradients and its optimizer's steps, whose kernels `installKernels` registers. */
export function createSimdBackend(setup: Omit<SimdBackendSetup, 'replaceGradients'>): SimdBackend {
  return new SimdBackend({
    ...setup,
    replaceGradients() {
      const gradients = replaceGradients();
      const restoreAdam = replaceAdam();
      return {
        update: gradients.update,
        restore() {
          gradients.restore();
          restoreAdam();
        },
      };
    },
  });
}
