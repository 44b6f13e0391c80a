import { disposeVariables, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { registerSimdBackend, simdBackendInfo } from '../../src/backend/registerSimdBackend.ts';
import { tripletLoss } from '../../src/losses/triplet/tripletLoss.ts';
import { smallConvNet } from '../../src/networks/smallConvNet.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { TripletModel } from '../../src/tripletModel.ts';
import { removeSimd } from '../support/onSimd.ts';

afterAll(removeSimd);

/** Trains, and returns the weights. */
async function trained(steps: number): Promise<Float32Array[]> {
  const random = createRandom(5);
  const labels = Int32Array.from({ length: 60 }, (_, i) => i % 2);
  const examples = Uint8Array.from(
    { length: labels.length * 400 },
    (_, i) => 60 * (labels[Math.floor(i / 400)] as number) + random.integer(120),
  );
  const base = smallConvNet({ inputShape: [20, 20, 1], dims: 16, seed: 3 });
  const model = new TripletModel(base);
  model.compile({ optimizer: 'adam', loss: tripletLoss(1) });
  await model.fit({ examples, labels }, { batchSize: 20, epochs: steps, seed: 1 });
  const weights = await Promise.all(base.getWeights().map((weight) => weight.data()));
  model.dispose();
  disposeVariables();
  return weights as Float32Array[];
}

test('a training gives the same bits again, with any number of threads', async () => {
  const results: Float32Array[][] = [];
  for (const threads of [1, 2, 2, 3]) {
    await removeSimd();
    await registerSimdBackend({ threads });
    await setBackend('simd');
    results.push(await trained(3));
  }
  for (const result of results) expect(result).toEqual(results[0]);
});

test('memory in use after many steps is what it was after a few', async () => {
  await removeSimd();
  await registerSimdBackend({ threads: 2 });
  await setBackend('simd');
  const sizes: unknown[] = [];
  for (const epochs of [5, 60, 5]) {
    await trained(epochs);
    const { usedBytes, grownBytes } = simdBackendInfo() as NonNullable<
      ReturnType<typeof simdBackendInfo>
    >;
    sizes.push({ usedBytes, grownBytes });
  }
  expect(sizes[1]).toEqual(sizes[0]);
  expect(sizes[2]).toEqual(sizes[0]);
});
