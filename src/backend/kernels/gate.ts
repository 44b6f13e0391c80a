import {
  type ClipByValueAttrs,
  type KernelFunc,
  type LeakyReluAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';

/** `value` where x is from `low` to `high`, slope * value elsewhere; no kernel of that name exists elsewhere. */
export const gateName = 'SimdGate';

export interface GateAttrs {
  readonly low: number;
  readonly high: number;
  readonly slope: number;
}

/** The smallest float32 above 0: `x >= leastPositive` is `x > 0`. */
export const leastPositive: number = 2 ** -149;

export const gateKernels: readonly SimdKernel[] = [
  { kernelName: 'ClipByValue', run: clip },
  { kernelName: 'LeakyRelu', run: leakyRelu },
  { kernelName: gateName, run: gate, fallback: plainGate },
];

const grain = 16_384;

function clip(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { clipValueMin: low, clipValueMax: high }: ClipByValueAttrs,
): TensorInfo {
  const out = backend.output(x.shape);
  const count = util.sizeFromShape(x.shape);
  backend.run(
    'clip',
    { x: backend.pointer(x), out: backend.pointer(out), low, high },
    { count, grain },
  );
  return out;
}

function leakyRelu(
  backend: SimdBackend,
  { x }: { x: TensorInfo },
  { alpha: slope }: LeakyReluAttrs,
): TensorInfo {
  return gate(backend, { x, value: x }, { low: leastPositive, high: Infinity, slope });
}

function gate(
  backend: SimdBackend,
  { x, value }: { x: TensorInfo; value: TensorInfo },
  attrs: GateAttrs,
): TensorInfo {
  const out = backend.output(x.shape);
  const operands = { x: backend.pointer(x), value: backend.pointer(value) };
  const count = util.sizeFromShape(x.shape);
  backend.run('gate', { ...attrs, ...operands, out: backend.pointer(out) }, { count, grain });
  return out;
}

function plainGate({ inputs, attrs, backend }: Parameters<KernelFunc>[0]): TensorInfo {
  const { x, value } = inputs as { x: TensorInfo; value: TensorInfo };
  const { low, high, slope } = attrs as unknown as GateAttrs;
  const simd = backend as SimdBackend;
  const at = simd.readSync(x.dataId) as Float32Array;
  const values = simd.readSync(value.dataId) as Float32Array;
  const out = values.map((v, i) => {
    const here = at[i] as number;
    if (here >= low && here <= high) return v;
    return slope === 0 ? 0 : slope * v;
  });
  return simd.makeTensorInfo(x.shape, 'float32', out);
}
