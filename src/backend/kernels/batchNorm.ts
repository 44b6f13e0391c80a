import {
  type FusedBatchNormAttrs,
  type KernelFunc,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { addChunks } from './depthwise.ts';
import { isRow } from './isRow.ts';

/** What the gradient of FusedBatchNorm runs on this backend; no kernel of that name exists elsewhere. */
export const batchNormSumsName = 'SimdBatchNormSums';

export const batchNormKernels: readonly SimdKernel[] = [
  { kernelName: 'FusedBatchNorm', run: batchNorm },
  { kernelName: batchNormSumsName, run: batchNormSums, fallback: plainBatchNormSums },
];

/** Floats that a thread normalizes in some 20 us. */
const worthAThread = 16_384;
const mostChunks = 16;

interface Inputs {
  readonly x: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
  readonly scale?: TensorInfo;
  readonly offset?: TensorInfo;
}

function batchNorm(
  backend: SimdBackend,
  { x, mean, variance, scale, offset }: Inputs,
  { varianceEpsilon }: FusedBatchNormAttrs,
): TensorInfo | undefined {
  const channels = x.shape.at(-1) ?? 0;
  const rows = [mean, variance, scale, offset].filter((row) => row !== undefined && row !== null);
  if (channels === 0 || !rows.every((row) => isRow(row, channels))) return undefined;
  const out = backend.output(x.shape);
  const scratchBytes = 4 * channels + 16;
  backend.run(
    'batchNorm',
    {
      x: backend.pointer(x),
      mean: backend.pointer(mean),
      variance: backend.pointer(variance),
      scale: backend.pointerIfAny(scale),
      offset: backend.pointerIfAny(offset),
      out: backend.pointer(out),
      channels,
      epsilon: varianceEpsilon ?? 0.001,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    {
      count: util.sizeFromShape(x.shape) / channels,
      grain: Math.ceil(worthAThread / channels),
    },
  );
  return out;
}

/** Two rows of `channels` floats: the sums over all rows of dy, and of dy * (x - mean). */
function batchNormSums(
  backend: SimdBackend,
  { x, mean, dy }: { x: TensorInfo; mean: TensorInfo; dy: TensorInfo },
): TensorInfo[] {
  const channels = x.shape.at(-1) as number;
  const rowFloats = (channels + 3) & ~3;
  const rows = util.sizeFromShape(x.shape) / channels;
  const chunks = Math.min(mostChunks, Math.ceil((rows * channels) / worthAThread));
  const sums = backend.scratch(4 * rowFloats * chunks);
  const products = backend.scratch(4 * rowFloats * chunks);
  backend.run(
    'batchNormSums',
    {
      x: backend.pointer(x),
      mean: backend.pointer(mean),
      dy: backend.pointer(dy),
      sums,
      products,
      channels,
    },
    { count: rows, chunks },
  );
  return [sums, products].map((partial) => {
    const out = backend.output([channels]);
    addChunks(backend, partial, chunks, rowFloats, backend.pointer(out));
    return out;
  });
}

function plainBatchNormSums({ inputs, backend }: Parameters<KernelFunc>[0]): TensorInfo[] {
  const simd = backend as SimdBackend;
  const { x, mean, dy } = inputs as { x: TensorInfo; mean: TensorInfo; dy: TensorInfo };
  const [values, centres, gives] = [x, mean, dy].map(({ dataId }) => simd.readSync(dataId)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const channels = centres.length;
  const sums = new Float32Array(channels);
  const products = new Float32Array(channels);
  gives.forEach((give, i) => {
    const c = i % channels;
    const centred = (values[i] as number) - (centres[c] as number);
    sums[c] = (sums[c] as number) + give;
    products[c] = (products[c] as number) + give * centred;
  });
  return [sums, products].map((row) => simd.makeTensorInfo([channels], 'float32', row));
}
