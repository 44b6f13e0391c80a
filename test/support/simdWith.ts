import { registerBackend, setBackend } from '@tensorflow/tfjs-core';
import { compileKernels } from '../../src/backend/compileKernels.ts';
import { createSimdBackend } from '../../src/backend/createSimdBackend.ts';
import { installKernels } from '../../src/backend/installKernels.ts';
import type { SimdBackend } from '../../src/backend/simdBackend.ts';
import { removeSimd } from './onSimd.ts';

/** Registers a backend with at most so many pages of memory, and puts it to use. */
export async function simdWith(pages?: number, threads = 2): Promise<SimdBackend> {
  await removeSimd();
  const module = await compileKernels(false);
  const backend = createSimdBackend({
    module,
    threads,
    relaxed: false,
    ...(pages !== undefined && { pages }),
  });
  registerBackend('simd', () => backend);
  installKernels();
  await backend.ready();
  await setBackend('simd');
  return backend;
}
