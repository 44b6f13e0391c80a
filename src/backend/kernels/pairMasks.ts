import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

export const pairMaskKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdPairMasks', integers: ['labels', 'others'], run: pairMasks },
];

/** Pairs that a thread has compared in some 20 us. */
const grain = 16_384;

/** Labels of rows and columns: [rows, columns] with 1 where they are equal, and with 1 where not. */
function pairMasks(
  backend: SimdBackend,
  { labels, others }: { labels: TensorInfo; others: TensorInfo },
  { self }: { self: boolean },
): TensorInfo[] {
  const shape = [util.sizeFromShape(labels.shape), util.sizeFromShape(others.shape)];
  const [rows, columns] = shape as [number, number];
  const [positives, negatives] = [backend.output(shape), backend.output(shape)];
  backend.run(
    'pairMasks',
    {
      labels: backend.integers(labels),
      others: backend.integers(others),
      positives: backend.pointer(positives),
      negatives: backend.pointer(negatives),
      columns,
      self: self ? 1 : 0,
    },
    { count: rows, grain: Math.ceil(grain / columns) },
  );
  return [positives, negatives];
}
