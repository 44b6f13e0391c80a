import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { maskPoolGradient } from './maxPool.ts';

/** What the gradients of Relu and Relu6 run on this backend; no kernel of that name exists elsewhere. */
export const reluGradientName = 'SimdReluGradient';

export const reluKernels: readonly SimdKernel[] = [
  { kernelName: reluGradientName, run: reluGradient, fallback: reluGradientInJavaScript },
];

interface Inputs {
  readonly x: TensorInfo;
  readonly dy: TensorInfo;
}

export interface ReluGradientAttrs {
  /** From what on the activation is flat: 6 for Relu6, Infinity for Relu. */
  readonly most: number;
}

/** dy where x is above 0 and at most `most`, NaN where x is, and 0 elsewhere. */
function reluGradient(
  backend: SimdBackend,
  { x, dy }: Inputs,
  { most }: ReluGradientAttrs,
): TensorInfo {
  const fused = most === Infinity && maskPoolGradient(backend, dy, x);
  if (fused) return fused;
  const dx = backend.output(x.shape);
  backend.run(
    'reluGradient',
    { x: backend.pointer(x), dy: backend.pointer(dy), dx: backend.pointer(dx), most },
    { count: util.sizeFromShape(x.shape), grain: 16_384 },
  );
  return dx;
}

function reluGradientInJavaScript(call: Parameters<KernelFunc>[0]): TensorInfo {
  const backend = call.backend as SimdBackend;
  const { x, dy } = call.inputs as unknown as Inputs;
  const { most } = call.attrs as unknown as ReluGradientAttrs;
  const at = backend.data.get(x.dataId).values as Float32Array;
  const values = backend.data.get(dy.dataId).values as Float32Array;
  const masked = Float32Array.from(values, (value, i) => {
    const here = at[i] as number;
    if (Number.isNaN(here)) return here;
    return here > 0 && here <= most ? value : 0;
  });
  return backend.makeTensorInfo(x.shape, 'float32', masked);
}
