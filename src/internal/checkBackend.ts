import { engine } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Throws unless tfjs has a backend: without one it cannot make a single tensor. */
export function checkBackend(where: string): void {
  const { registry, registryFactory } = engine();
  if (Object.keys(registry).length + Object.keys(registryFactory).length > 0) return;
  throw new MetricLearningError({
    where,
    expected: 'a tfjs backend',
    got: 'none',
    fix: "Add import '@tensorflow/tfjs-backend-cpu', or call await registerSimdBackend() of 'tfjs-metric-learning/backend' and await setBackend('simd').",
  });
}
