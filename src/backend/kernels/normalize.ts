import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

/** Rows of unit length: kernels that src/ops/normalize.ts asks for by name. */
export const normalizeKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdNormalize', run: normalize },
  { kernelName: 'SimdNormalizeGradient', run: normalizeGradient },
];

interface Attrs {
  /** Shorter rows are divided by this. */
  readonly least: number;
}

const grain = 16_384;

function normalize(backend: SimdBackend, { x }: { x: TensorInfo }, { least }: Attrs): TensorInfo {
  const columns = x.shape.at(-1) as number;
  const out = backend.output(x.shape);
  backend.run(
    'normalize',
    { x: backend.pointer(x), out: backend.pointer(out), columns, least },
    { count: util.sizeFromShape(x.shape) / columns, grain: Math.ceil(grain / columns) },
  );
  return out;
}

function normalizeGradient(
  backend: SimdBackend,
  { x, dy }: { x: TensorInfo; dy: TensorInfo },
  { least }: Attrs,
): TensorInfo {
  const columns = x.shape.at(-1) as number;
  const dx = backend.output(x.shape);
  const pointers = { x: backend.pointer(x), dy: backend.pointer(dy), dx: backend.pointer(dx) };
  backend.run(
    'normalizeGradient',
    { ...pointers, columns, least },
    { count: util.sizeFromShape(x.shape) / columns, grain: Math.ceil(grain / columns) },
  );
  return dx;
}
