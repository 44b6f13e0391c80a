import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Whether the backend in use can read the numbers of a tensor at once. WebGPU cannot. */
export function canReadNow(): boolean {
  return getBackend() !== 'webgpu';
}

/**
 * Whether the backend in use keeps tensors in memory that JavaScript can read. One loop over the numbers is then quicker
 * than several operations on tensors.
 */
export function inHostMemory(): boolean {
  return hostBackends.includes(getBackend());
}

const hostBackends = ['cpu', 'simd', 'wasm'];

/**
 * The numbers of a float tensor, read at once. The array may be the memory of the tensor itself: do not write to it.
 *
 * @throws MetricLearningError on a backend that cannot read at once.
 */
export function readNow(where: string, x: Tensor): Float32Array {
  if (!canReadNow()) {
    throw new MetricLearningError({
      where,
      expected: 'a backend that reads tensors at once (cpu, simd, wasm, webgl)',
      got: getBackend(),
      fix: "TripletModel trains and evaluates on webgpu. To call this yourself, call setBackend('simd') or setBackend('cpu') first.",
    });
  }
  return x.dataSync<'float32'>();
}
