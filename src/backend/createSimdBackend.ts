import { replaceGradients } from './gradients.ts';
import { SimdBackend } from './simdBackend.ts';
import type { SimdBackendSetup } from './simdBackendSetup.ts';

/** A backend with its gradients, whose kernels `installKernels` registers. */
export function createSimdBackend(setup: Omit<SimdBackendSetup, 'replaceGradients'>): SimdBackend {
  return new SimdBackend({ ...setup, replaceGradients });
}
