import '@tensorflow/tfjs-backend-cpu';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { registerSimdBackend, simdBackendInfo } from 'tfjs-metric-learning/backend';
import type { Config } from './config.ts';

/** Starts the backend a config asks for, and says in words what runs. */
export async function startEngine({
  backend,
  threads,
}: Pick<Config, 'backend' | 'threads'>): Promise<string> {
  if (backend === 'cpu') {
    env().set('IS_TEST', true); // no advertisement from the stock backend
    await setBackend('cpu');
    return 'cpu (stock TensorFlow.js, 1 thread; a step of 32 triplets takes about 26 s on it)';
  }
  await registerSimdBackend(threads === 'all' ? {} : { threads });
  await setBackend('simd');
  const count = simdBackendInfo()?.threads ?? 1;
  return `simd, ${count} thread${count === 1 ? '' : 's'}`;
}
