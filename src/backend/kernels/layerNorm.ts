import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

/** Layer normalization over the last axis: kernels that replaceNormalization.ts asks for by name. */
export const layerNormKernels: readonly SimdKernel[] = [
  { kernelName: 'SimdLayerNorm', run: layerNorm },
  { kernelName: 'SimdLayerNormGradient', run: layerNormGradient },
];

/** Floats that a thread normalizes in some 20 us. */
const worthAThread = 16_384;
const mostChunks = 16;

export interface LayerNormInputs {
  readonly x: TensorInfo;
  readonly scale: TensorInfo;
  readonly offset: TensorInfo;
}

export interface LayerNormAttrs {
  readonly epsilon: number;
}

/** The normalized rows; and of each row its mean and the inverse of its standard deviation. */
function layerNorm(
  backend: SimdBackend,
  { x, scale, offset }: LayerNormInputs,
  { epsilon }: LayerNormAttrs,
): TensorInfo[] {
  const length = x.shape.at(-1) as number;
  const rows = util.sizeFromShape(x.shape) / length;
  const out = backend.output(x.shape);
  const moments = backend.output([rows, 2]);
  backend.run(
    'layerNorm',
    {
      x: backend.pointer(x),
      scale: backend.pointer(scale),
      offset: backend.pointer(offset),
      out: backend.pointer(out),
      moments: backend.pointer(moments),
      length,
      epsilon,
    },
    { count: rows, grain: Math.ceil(worthAThread / length) },
  );
  return [out, moments];
}

export interface LayerNormGradientInputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
  readonly scale: TensorInfo;
  readonly moments: TensorInfo;
}

/** The gradients by x, scale and offset. */
function layerNormGradient(
  backend: SimdBackend,
  { x, dy, scale, moments }: LayerNormGradientInputs,
): TensorInfo[] {
  const length = x.shape.at(-1) as number;
  const rowFloats = (length + 3) & ~3;
  const size = util.sizeFromShape(x.shape);
  const chunks = Math.min(mostChunks, Math.ceil(size / worthAThread));
  const sums = backend.scratch(8 * rowFloats * chunks);
  const products = backend.scratch(8 * rowFloats * chunks);
  const scratchBytes = 8 * rowFloats;
  const dx = backend.output(x.shape);
  backend.run(
    'layerNormGradient',
    {
      x: backend.pointer(x),
      dy: backend.pointer(dy),
      scale: backend.pointer(scale),
      moments: backend.pointer(moments),
      dx: backend.pointer(dx),
      sums,
      products,
      length,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: size / length, chunks },
  );
  const [dScale, dOffset] = [products, sums].map((partial) => {
    const out = backend.output([length]);
    const layout = { sums: partial, inner: length, step: rowFloats, chunks, scale: 1 };
    backend.run(
      'addChunks',
      { ...layout, out: backend.pointer(out) },
      { count: length, grain: 1024 },
    );
    return out;
  }) as [TensorInfo, TensorInfo];
  return [dx, dScale, dOffset];
}
