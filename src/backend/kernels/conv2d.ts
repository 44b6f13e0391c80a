import type {
  backend_util,
  Conv2DAttrs,
  FusedConv2DAttrs,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import type { Operand } from '../tensorData.ts';
import { activationCode, applyActivation, isBuiltIn } from './activation.ts';
import { bandsOf } from './bands.ts';
import { type ConvGeometry, convGeometry, type PooledSize } from './convGeometry.ts';
import { isRow } from './isRow.ts';
import type { PoolGeometry } from './poolGeometry.ts';
import { convolveSmallTiles, suitsSmallTiles } from './smallTiles.ts';
import { suitsWinograd, winogradConvolve } from './winograd.ts';

/** The call that Conv2D and FusedConv2D put off. */
export const convolutionName = 'SimdConvolution';
/** A convolution with the max pooling behind it. */
const pooledName = 'SimdPooledConvolution';

export const conv2dKernels: readonly SimdKernel[] = [
  { kernelName: 'Conv2D', run: deferConv2d },
  { kernelName: 'FusedConv2D', run: deferConv2d },
  { kernelName: convolutionName, run: convolution },
  { kernelName: pooledName, run: pooledConvolution },
];

interface Inputs {
  readonly x: TensorInfo;
  readonly filter: TensorInfo;
  readonly bias?: TensorInfo;
  readonly preluActivationWeights?: TensorInfo;
}

interface ConvolutionAttrs extends Conv2DAttrs, Pick<FusedConv2DAttrs, 'activation'> {
  readonly leakyreluAlpha?: number;
  /** Set when a pooling has computed what it needs of the convolution by itself. */
  readonly use: { isPooled: boolean };
  /** Whether gradients are recorded: a pooling then keeps what its gradient needs in place of the whole result. */
  readonly isTraced?: boolean;
}

/** Filters of convolutions of which others than a pooling need the result: these are not computed twice. */
const neededWhole = new WeakSet<object>();

/** Puts the work off: a bias and an activation may follow (fuse.ts), or a pooling. */
function deferConv2d(
  backend: SimdBackend,
  { x, filter, bias, preluActivationWeights }: Inputs,
  attrs: Conv2DAttrs & { activation?: backend_util.Activation; leakyreluAlpha?: number },
): TensorInfo | undefined {
  const geometry = convGeometry(x.shape, filter.shape, attrs);
  if (!geometry || (bias && !isRow(bias, geometry.outChannels))) return undefined;
  const { activation = 'linear' } = attrs;
  const use = { isPooled: false };
  if (!isBuiltIn(activation)) {
    const inputs = {
      x,
      filter,
      ...(bias && { bias }),
      ...(preluActivationWeights && { preluActivationWeights }),
    };
    return convolution(backend, inputs, { ...attrs, activation, use });
  }
  // Nothing joins a convolution with the one before it: a row of them is not left to pile up.
  if (backend.pending(x)) backend.pointer(x);
  const { batch, outHeight, outWidth, outChannels } = geometry;
  const inputs = {
    x: backend.operand(x),
    filter: backend.operand(filter),
    ...(bias && { bias: backend.operand(bias) }),
  };
  return backend.defer(
    {
      kernelName: convolutionName,
      inputs,
      attrs: { ...attrs, activation, use },
    },
    [batch, outHeight, outWidth, outChannels],
  );
}

/**
 * `relu` of a pending convolution, put off as well: a pooling may follow. Undefined where its gradient would need more
 * than the pooling keeps.
 */
export function deferRelu(backend: SimdBackend, x: TensorInfo): TensorInfo | undefined {
  const call = backend.pending(x);
  if (call?.kernelName !== convolutionName) return undefined;
  const { x: image, filter } = call.inputs as { x: Operand; filter: Operand };
  const geometry = convGeometry(image.shape, filter.shape, call.attrs) as ConvGeometry;
  if (!suitsDirect(geometry)) return undefined;
  const attrs = { ...call.attrs, activation: 'relu', use: { isPooled: false }, isTraced: true };
  return backend.defer({ ...call, attrs }, x.shape);
}

function convolution(
  backend: SimdBackend,
  { x, filter, bias, preluActivationWeights }: Inputs,
  attrs: ConvolutionAttrs,
): TensorInfo {
  const { activation, leakyreluAlpha, use } = attrs;
  if (use.isPooled) neededWhole.add(backend.operand(filter).data);
  const geometry = convGeometry(x.shape, filter.shape, attrs) as ConvGeometry; // looked at when it was put off
  const y = convolve(backend, geometry, x, filter, bias, activation);
  return applyActivation(backend, y, activation, preluActivationWeights, leakyreluAlpha);
}

interface PooledAttrs extends ConvolutionAttrs {
  readonly pool: PooledSize;
}

/**
 * The max pooling of `x` where that is a pending convolution: of the convolution's result, which is four times as
 * large, nothing is written. Undefined where the two cannot be one kernel.
 */
export function poolConvolution(
  backend: SimdBackend,
  x: TensorInfo,
  { sizes, outShape }: PoolGeometry,
): TensorInfo | undefined {
  const call = backend.pending(x);
  if (call?.kernelName !== convolutionName) return undefined;
  const attrs = call.attrs as ConvolutionAttrs;
  const { x: image, filter } = call.inputs as { x: Operand; filter: Operand };
  const geometry = convGeometry(image.shape, filter.shape, attrs) as ConvGeometry;
  const isQuarter =
    sizes.filterHeight === 2 &&
    sizes.filterWidth === 2 &&
    sizes.strideHeight === 2 &&
    sizes.strideWidth === 2 &&
    sizes.padTop === 0 &&
    sizes.padLeft === 0 &&
    2 * sizes.outHeight <= geometry.outHeight &&
    2 * sizes.outWidth <= geometry.outWidth;
  const isWhole =
    x.shape[1] === geometry.outHeight &&
    x.shape[2] === geometry.outWidth &&
    x.shape[3] === geometry.outChannels;
  if (!isQuarter || !isWhole || neededWhole.has(filter.data)) return undefined;
  if (!suitsDirect(geometry) && !suitsWinograd(geometry)) return undefined;
  attrs.use.isPooled = true;
  const pool = { poolHeight: outShape[1], poolWidth: outShape[2] };
  const result: TensorInfo | TensorInfo[] = backend.runCall({
    ...call,
    kernelName: pooledName,
    attrs: { ...attrs, pool },
  });
  const [pooled, codes] = [result].flat() as [TensorInfo, TensorInfo | undefined];
  if (codes) backend.attach(x, 'codes', codes);
  return pooled;
}

function pooledConvolution(
  backend: SimdBackend,
  { x, filter, bias }: Inputs,
  { activation, pool, isTraced, ...attrs }: PooledAttrs,
): TensorInfo | TensorInfo[] {
  const geometry = convGeometry(x.shape, filter.shape, attrs) as ConvGeometry;
  if (!isTraced) return convolve(backend, geometry, x, filter, bias, activation, pool);
  const { batch, outChannels } = geometry;
  // A byte each, four in a float.
  const codes = backend.output([
    batch,
    pool.poolHeight,
    pool.poolWidth,
    2 * Math.ceil(outChannels / 8),
  ]);
  const pooled = convolve(backend, geometry, x, filter, bias, activation, pool, codes);
  return [pooled, codes];
}

function convolve(
  backend: SimdBackend,
  geometry: ConvGeometry,
  x: TensorInfo,
  filter: TensorInfo,
  bias: TensorInfo | undefined,
  activation: backend_util.Activation | undefined,
  pool?: PooledSize,
  codes?: TensorInfo,
): TensorInfo {
  const code = activationCode(activation);
  if (suitsWinograd(geometry)) {
    return winogradConvolve(backend, geometry, x, filter, bias, code, pool);
  }
  const { batch, width, channels, outHeight, outWidth, outChannels } = geometry;
  const { filterHeight, filterWidth, strideHeight } = geometry;
  const { poolHeight, poolWidth } = pool ?? { poolHeight: 0, poolWidth: 0 };
  const out = backend.output([batch, poolHeight || outHeight, poolWidth || outWidth, outChannels]);
  const grainOfImages = Math.ceil(groupsWorthAThread(geometry, outHeight) / 4);
  if (suitsDirect(geometry) && suitsSmallTiles(geometry)) {
    const call = { x, filter, bias, out, codes, activation: code, poolHeight, poolWidth };
    convolveSmallTiles(backend, geometry, { ...call, grain: grainOfImages });
    return out;
  }
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

  if (suitsDirect(geometry)) {
    const scratchBytes = directBytes(geometry);
    const { batch: _, ...sizes } = geometry;
    backend.run(
      'conv2dDirect',
      {
        ...sizes,
        x: backend.pointer(x),
        filter: packed,
        bias: backend.pointerIfAny(bias),
        out: backend.pointer(out),
        activation: code,
        poolHeight,
        poolWidth,
        codes: backend.pointerIfAny(codes),
        scratch: backend.scratch(scratchBytes * backend.threads),
        scratchBytes,
      },
      { count: batch, grain: grainOfImages },
    );
    return out;
  }

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

/** Channels up to which packing the pixels would take longer than it saves: see assembly/conv2dDirect.ts. */
const fewChannels = 4;
/** Images from which on each thread has some of its own. */
const manyImages = 8;
/** Bytes of an image with its padding that stay in the cache. */
const mostBytes = 256 * 1024;

function suitsDirect(geometry: ConvGeometry): boolean {
  const { batch, channels } = geometry;
  return batch >= manyImages && channels <= fewChannels && directBytes(geometry) <= mostBytes;
}

/** Bytes of the pixels of an image that are read. */
function directBytes(geometry: ConvGeometry): number {
  const { channels, outHeight, outWidth } = geometry;
  const { filterHeight, filterWidth, strideHeight, strideWidth } = geometry;
  const height = (outHeight - 1) * strideHeight + filterHeight;
  const width = (outWidth - 1) * strideWidth + filterWidth;
  return 16 * Math.ceil((4 * height * width * channels) / 16);
}

/** Groups of 4 lanes that take some 20 us. */
export function groupsWorthAThread(geometry: ConvGeometry, bandHeight: number): number {
  const { channels, outWidth, outChannels, filterHeight, filterWidth } = geometry;
  const work = 4 * bandHeight * outWidth * outChannels * filterHeight * filterWidth * channels;
  return Math.ceil(500_000 / (work + 1));
}
