import { engine, findBackend, getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { canReadNow } from './readNow.ts';

const hosts = ['simd', 'cpu'];

/**
 * Runs `work` where tensors can be read at once: on the backend in use, or on webgpu beside it, on `simd` where that is
 * registered and on `cpu` else. `readForHost` must have read the tensors from outside that `work` uses.
 *
 * @throws MetricLearningError on webgpu if neither is registered.
 */
export function onHost<T>(where: string, work: () => T): T {
  if (canReadNow()) return work();
  const usual = getBackend();
  switchTo(where, hosts.find((name) => findBackend(name) !== null) ?? 'cpu');
  try {
    return work();
  } finally {
    switchTo(where, usual);
  }
}

/** Reads tensors of webgpu for `onHost`: what was read once moves to another backend without waiting for the graphics card. */
export async function readForHost(tensors: readonly Tensor[]): Promise<void> {
  if (canReadNow()) return;
  await Promise.all(tensors.map((one) => one.data()));
}

/** A backend that is there already is in use when `setBackend` returns its promise. */
function switchTo(where: string, name: string): void {
  if (findBackend(name) !== null) void engine().setBackend(name);
  if (getBackend() === name) return;
  throw new MetricLearningError({
    where,
    expected: `a backend that reads tensors at once beside ${getBackend()}, for the miner and the loss`,
    got: 'none',
    fix: "Import '@tensorflow/tfjs-backend-cpu', or call registerSimdBackend() first.",
  });
}
