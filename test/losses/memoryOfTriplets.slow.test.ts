import '@tensorflow/tfjs-layers';
import {
  dispose,
  profile,
  setBackend,
  type Tensor2D,
  tensor2d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerSimdBackend } from '../../src/backend/registerSimdBackend.ts';
import {
  angularLoss,
  dynamicSoftMarginLoss,
  type Loss,
  marginLoss,
  pnpLoss,
  smoothApLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { numbers, removeSimd } from '../support/onSimd.ts';

const batch = 1024;
const dims = 128;

const losses: [string, () => Loss][] = [
  ['tripletMarginLoss', () => tripletMarginLoss()],
  ['tripletMarginLoss with swap', () => tripletMarginLoss({ swap: true })],
  ['tripletMarginLoss with smooth', () => tripletMarginLoss({ smooth: true })],
  ['marginLoss', () => marginLoss()],
  ['angularLoss', () => angularLoss()],
  ['dynamicSoftMarginLoss', () => dynamicSoftMarginLoss()],
  ['pnpLoss', () => pnpLoss()],
  ['smoothApLoss', () => smoothApLoss()],
];

describe('losses over all triplets of 1,024 embeddings', () => {
  beforeAll(async () => {
    await removeSimd();
    await registerSimdBackend({ threads: 1 });
    await setBackend('simd');
  });
  afterAll(removeSimd);

  test.each(losses)('%s: memory grows with the square of the batch', async (_, make) => {
    const labels = Int32Array.from({ length: batch }, (__, i) => i >> 3);
    const embeddings = tensor2d(numbers(batch * dims), [batch, dims]);
    const loss = make();
    const buffersBefore = process.memoryUsage().arrayBuffers;
    let buffers = 0;
    const { peakBytes } = await profile(() => {
      const { value, grad } = valueAndGrad((x) => loss.compute(x as Tensor2D, labels))(embeddings);
      buffers = process.memoryUsage().arrayBuffers - buffersBefore;
      expect(Number.isFinite(value.dataSync()[0])).toBe(true);
      expect(grad.dataSync().every(Number.isFinite)).toBe(true);
      dispose([value, grad]);
      return [];
    });
    embeddings.dispose();
    const matrix = 4 * batch ** 2;
    expect(peakBytes).toBeLessThan(20 * matrix);
    expect(buffers).toBeLessThan(40 * matrix); // what the collector has not freed yet, too; all triplets: 1,750
  });
});
