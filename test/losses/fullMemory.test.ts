import '@tensorflow/tfjs-layers';
import {
  dispose,
  registerBackend,
  setBackend,
  type Tensor2D,
  tensor2d,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import { compileKernels } from '../../src/backend/compileKernels.ts';
import { createSimdBackend } from '../../src/backend/createSimdBackend.ts';
import { installKernels } from '../../src/backend/installKernels.ts';
import {
  arcFaceLoss,
  circleLoss,
  contrastiveLoss,
  type Loss,
  multiSimilarityLoss,
  ntXentLoss,
  proxyAnchorLoss,
  supConLoss,
  tripletMarginLoss,
} from '../../src/index.ts';
import { expectClose } from '../support/expectClose.ts';
import { numbers, removeSimd } from '../support/onSimd.ts';

const batch = 60;
const dims = 33;
const labels = Int32Array.from({ length: batch }, (_, i) => i % 7);

const losses: [string, () => Loss][] = [
  ['arcFaceLoss', () => arcFaceLoss({ classes: 7, dims })],
  ['circleLoss', () => circleLoss()],
  ['contrastiveLoss', () => contrastiveLoss()],
  ['multiSimilarityLoss', () => multiSimilarityLoss()],
  ['ntXentLoss', () => ntXentLoss()],
  ['proxyAnchorLoss', () => proxyAnchorLoss({ classes: 7, dims })],
  ['supConLoss', () => supConLoss()],
  ['tripletMarginLoss', () => tripletMarginLoss()],
];

afterAll(removeSimd);

/** The loss and its gradient, one after the other. */
function learn(make: () => Loss): Float32Array[] {
  const loss = make();
  const embeddings = tensor2d(numbers(batch * dims), [batch, dims]);
  const { value, grad } = valueAndGrad((x) => loss.compute(x as Tensor2D, labels))(embeddings);
  const results = [value, grad].map((result) => result.dataSync().slice() as Float32Array);
  dispose([embeddings, value, grad]);
  if ('dispose' in loss) (loss.dispose as () => void)();
  return results;
}

test.each(losses)('%s: where the memory of simd is full, the same numbers', async (_, make) => {
  await setBackend('cpu');
  const expected = learn(make);
  for (const pages of [1, 2, 4]) {
    await removeSimd();
    const module = await compileKernels(false);
    const backend = createSimdBackend({ module, threads: 1, relaxed: false, pages });
    registerBackend('simd', () => backend);
    installKernels();
    await setBackend('simd');
    learn(make).forEach((result, i) => {
      expectClose(result, expected[i] as Float32Array);
    });
    expect(backend.blocks.usedBytes).toBe(0);
  }
});
