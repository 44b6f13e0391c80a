import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Whether the backend in use can hand out a tensor's numbers at once. WebGPU cannot. */
export function canReadNow(): boolean {
  return getBackend() !== 'webgpu';
}

/**
 * Whether the backend in use keeps tensors in memory that JavaScript reads: one loop over their numbers is then
 * quicker than several operations on tensors.
 */
export function inHostMemory(): boolean {
  return hostBackends.includes(getBackend());
}

const hostBackends = ['cpu', 'simd', 'wasm'];

/**
 * A float tensor's numbers, read at once. They may be the tensor's own memory: they are not to be written to.
 *
 * @throws MetricLearningError on a backend that cannot read at once.
 */
export function readNow(where: string, x: Tensor): Float32Array {
  if (!canReadNow()) {
    throw new MetricLearningError({
      where,
      expected: 'a backend that reads tensors at once (cpu, simd, wasm, webgl)',
      got: getBackend(),
      fix: "Call setBackend('webgl') first.",
    });
  }
  return x.dataSync<'float32'>();
}
