import '@tensorflow/tfjs-backend-wasm';
import { env, getBackend, setBackend } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TripletModel, tripletLoss } from '../../src/index.ts';

const usual = getBackend();
beforeAll(async () => {
  env().set('IS_TEST', false); // its check for leaks counts what wasm keeps for itself
  await setBackend('wasm');
});
afterAll(async () => {
  env().set('IS_TEST', true);
  await setBackend(usual);
});

test("tfjs' wasm backend says at the first step of a convolution that simd trains it", async () => {
  const base = sequential({
    layers: [
      layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [6, 6, 1] }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  });
  const model = new TripletModel(base);
  model.compile({ optimizer: 'sgd', loss: tripletLoss(1) });
  const data = { examples: new Float32Array(4 * 36).fill(0.5), labels: [0, 0, 1, 1] };
  await expect(model.fit(data, { epochs: 1 })).rejects.toThrow(
    /TripletModel\.fit: expected a backend that has all kernels of training, got wasm, which has no \w+\. Train with simd/,
  );
  base.dispose();
  model.dispose();
});
