import type {
  backend_util,
  Conv2DAttrs,
  FusedConv2DAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { activationCode, applyActivation } from './activation.ts';
import { bandsOf } from './bands.ts';
import { type ConvGeometry, convGeometry } from './convGeometry.ts';
import { isRow } from './isRow.ts';
import { suitsWinograd, winogradConvolve } from './winograd.ts';

export const conv2dKernels: readonly SimdKernel[] = [
  { kernelName: 'Conv2D', run: conv2d },
  { kernelName: 'FusedConv2D', run: fusedConv2d },
];

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

/** Puts the work off: a bias and an activation may follow. See fuse.ts. */
function conv2d(
  backend: SimdBackend,
  { x, filter }: Inputs,
  attrs: Conv2DAttrs,
): TensorInfo | undefined {
  const geometry = convGeometry(x.shape, filter.shape, attrs);
  if (!geometry) return undefined;
  const { batch, outHeight, outWidth, outChannels } = geometry;
  const inputs = { x: backend.operand(x), filter: backend.operand(filter) };
  return backend.defer(
    { kernelName: 'FusedConv2D', inputs, attrs: { ...attrs, activation: 'linear' } },
    [batch, outHeight, outWidth, outChannels],
  );
}

function fusedConv2d(
  backend: SimdBackend,
  { x, filter, bias, preluActivationWeights }: Inputs,
  attrs: FusedConv2DAttrs,
): TensorInfo | undefined {
  const geometry = convGeometry(x.shape, filter.shape, attrs);
  if (!geometry || (bias && !isRow(bias, geometry.outChannels))) return undefined;
  const { activation, leakyreluAlpha } = attrs;
  const y = convolve(backend, geometry, x, filter, bias, activation);
  return applyActivation(backend, y, activation, preluActivationWeights, leakyreluAlpha);
}

function convolve(
  backend: SimdBackend,
  geometry: ConvGeometry,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: backend_util.Activation | undefined,
): TensorInfo {
  const code = activationCode(activation);
  if (suitsWinograd(geometry)) return winogradConvolve(backend, geometry, x, filter, bias, code);
  const { batch, width, channels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight } = geometry;
  const out = backend.output([batch, outHeight, outWidth, outChannels]);
  const rows = filterHeight * filterWidth * channels;
  const panels = Math.ceil(outChannels / 8);
  const packed = backend.scratch(32 * panels * rows);
  backend.run(
    'packColumns',
    {
      source: backend.pointer(filter),
      rowStride: outChannels,
      columnStride: 1,
      rows,
      columns: outChannels,
      packed,
    },
    { count: panels, grain: Math.ceil(50_000 / (rows + 1)) },
  );

  const rowsOf = (bandHeight: number): number => (bandHeight - 1) * strideHeight + filterHeight;
  const rowBytes = 16 * width * channels;
  const { groups, ...bands } = bandsOf(batch, outHeight, 1, rowBytes, rowsOf);
  const scratchBytes = rowBytes * (rowsOf(bands.bandHeight) + 1);
  backend.run(
    'conv2d',
    {
      ...geometry,
      ...bands,
      x: backend.pointer(x),
      filter: packed,
      bias: backend.pointerIfAny(bias),
      out: backend.pointer(out),
      activation: code,
      scratch: backend.scratch(scratchBytes * backend.threads),
      scratchBytes,
    },
    { count: groups, grain: groupsWorthAThread(geometry, bands.bandHeight) },
  );
  return out;
}

/** Groups of 4 lanes that take some 20 us. */
export function groupsWorthAThread(geometry: ConvGeometry, bandHeight: number): number {
  const { channels, outWidth, outChannels, filterHeight, filterWidth } = geometry;
  const work = 4 * bandHeight * outWidth * outChannels * filterHeight * filterWidth * channels;
  return Math.ceil(500_000 / (work + 1));
}
