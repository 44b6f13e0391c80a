import '@tensorflow/tfjs-layers'; // registers the gradients
import { env, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

env().set('IS_TEST', true); // no greeting from the cpu backend

const wanted = process.env['TFJS_BACKEND'] ?? 'cpu';
if (wanted === 'simd') {
  const { registerSimdBackend } = await import('../../src/backend.ts');
  await registerSimdBackend();
}
await setBackend(wanted);
