import {
  type MaxPoolAttrs,
  type MaxPoolGradAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import type { Operand } from '../tensorData.ts';
import { poolConvolution } from './conv2d.ts';
import { type PoolGeometry, poolGeometry, rowsWorthAThread } from './poolGeometry.ts';

/** The call that MaxPoolGrad puts off. */
const gradientName = 'SimdMaxPoolGradient';

export const maxPoolKernels: readonly SimdKernel[] = [
  { kernelName: 'MaxPool', run: maxPool },
  { kernelName: 'MaxPoolGrad', run: deferGradient },
  { kernelName: gradientName, run: maxPoolGradient },
];

function maxPool(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  attrs: MaxPoolAttrs,
): TensorInfo | undefined {
  const geometry = poolGeometry(x.shape, attrs);
  if (!geometry) return undefined;
  const { outShape, sizes } = geometry;
  // The cpu backend takes windows of one pixel for the identity, whatever stride and padding.
  if (sizes.filterHeight === 1 && sizes.filterWidth === 1) return undefined;
  const pooled = poolConvolution(backend, x, geometry);
  if (pooled) return pooled;
  const out = backend.output(outShape);
  backend.run(
    'maxPool',
    { ...sizes, x: backend.pointer(x), out: backend.pointer(out) },
    { count: outShape[0] * outShape[1], grain: rowsWorthAThread(geometry) },
  );
  return out;
}

interface GradientInputs {
  readonly dy: TensorInfo;
  readonly input: TensorInfo;
  readonly output: TensorInfo;
}

interface GradientAttrs extends MaxPoolGradAttrs {
  /** Whether the gradient of a relu before the pooling is part of it. */
  readonly isMasked: boolean;
}

/** Puts the work off: the gradient of a relu may follow. */
function deferGradient(
  backend: SimdBackend,
  { dy, input, output }: GradientInputs,
  attrs: MaxPoolGradAttrs,
): TensorInfo | undefined {
  const outShape = poolGeometry(input.shape, attrs)?.outShape ?? [];
  if (!util.arraysEqual(dy.shape, outShape) || !util.arraysEqual(output.shape, outShape)) {
    return undefined;
  }
  const inputs = {
    dy: backend.operand(dy),
    input: backend.operand(input),
    output: backend.operand(output),
  };
  return backend.defer(
    { kernelName: gradientName, inputs, attrs: { ...attrs, isMasked: false } },
    input.shape,
  );
}

/**
 * `dx` where `x` is above 0, in one kernel with the pooling of `x` whose pending gradient `dx` is. It is put off where
 * `x` was never computed as a whole: see maskedPooling.
 */
export function maskPoolGradient(
  backend: SimdBackend,
  dx: TensorInfo,
  x: TensorInfo,
): TensorInfo | undefined {
  const call = backend.pending(dx);
  if (call?.kernelName !== gradientName) return undefined;
  if (call.inputs['input']?.data !== backend.operand(x).data) return undefined;
  const masked = { ...call, attrs: { ...call.attrs, isMasked: true } };
  if (backend.pending(x)?.inputs['codes']) return backend.defer(masked, x.shape);
  return { ...backend.runCall(masked), shape: x.shape };
}

/** What the pending gradient of a relu and a pooling is made of. */
export interface MaskedPooling {
  /** The gradient of the pooling's result. */
  readonly dy: Operand;
  /** The pooling's result. */
  readonly pooled: Operand;
  /** Which pixels the result is of: conv2dDirect of ../assembly. */
  readonly codes: Operand;
}

/** What `dx` is made of, where it is the pending gradient of a convolution's relu that was computed with its pooling. */
export function maskedPooling(backend: SimdBackend, dx: TensorInfo): MaskedPooling | undefined {
  const call = backend.pending(dx);
  if (call?.kernelName !== gradientName || !(call.attrs as GradientAttrs).isMasked)
    return undefined;
  const { dy, input, output: pooled } = call.inputs as Record<'dy' | 'input' | 'output', Operand>;
  const codes = input.data.pending?.inputs['codes'];
  return codes && { dy, pooled, codes };
}

function maxPoolGradient(
  backend: SimdBackend,
  { dy, input, output }: GradientInputs,
  attrs: GradientAttrs,
): TensorInfo {
  const geometry = poolGeometry(input.shape, attrs) as PoolGeometry; // looked at when it was put off
  const { sizes, outShape } = geometry;
  const dx = backend.output(input.shape);
  backend.run(
    'maxPoolGradient',
    {
      ...sizes,
      x: backend.pointer(input),
      out: backend.pointer(output),
      dy: backend.pointer(dy),
      dx: backend.pointer(dx),
      least: attrs.isMasked ? 0 : Number.NEGATIVE_INFINITY,
    },
    { count: outShape[0], grain: Math.ceil(rowsWorthAThread(geometry) / (outShape[1] + 1)) },
  );
  return dx;
}
