import {
  type AvgPoolAttrs,
  type AvgPoolGradAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { poolGeometry, rowsWorthAThread } from './poolGeometry.ts';

export const avgPoolKernels: readonly SimdKernel[] = [
  { kernelName: 'AvgPool', run: avgPool },
  { kernelName: 'AvgPoolGrad', run: avgPoolGradient },
];

function avgPool(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  attrs: AvgPoolAttrs,
): TensorInfo | undefined {
  const geometry = poolGeometry(x.shape, attrs);
  if (!geometry) return undefined;
  const { outShape, sizes } = geometry;
  // The cpu backend takes windows of one pixel for the identity, whatever stride and padding.
  if (sizes.filterHeight === 1 && sizes.filterWidth === 1) return undefined;
  const out = backend.output(outShape);
  backend.run(
    'avgPool',
    { ...sizes, x: backend.pointer(x), out: backend.pointer(out) },
    { count: outShape[0] * outShape[1], grain: rowsWorthAThread(geometry) },
  );
  return out;
}

function avgPoolGradient(
  backend: SimdBackend,
  { dy, input }: { dy: TensorInfo; input: TensorInfo },
  attrs: AvgPoolGradAttrs,
): TensorInfo | undefined {
  const geometry = poolGeometry(input.shape, attrs);
  if (!geometry) return undefined;
  const { outShape, sizes } = geometry;
  if (!util.arraysEqual(dy.shape, outShape)) return undefined;
  const dx = backend.output(input.shape);
  backend.run(
    'avgPoolGradient',
    { ...sizes, dy: backend.pointer(dy), dx: backend.pointer(dx) },
    { count: outShape[0], grain: Math.ceil(rowsWorthAThread(geometry) / (outShape[1] + 1)) },
  );
  return dx;
}
