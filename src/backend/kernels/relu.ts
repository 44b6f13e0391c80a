import { type KernelFunc, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { maskPoolGradient } from './maxPool.ts';

/** What the gradient of Relu runs on this backend; no kernel of that name exists elsewhere. */
export const reluGradientName = 'SimdReluGradient';

export const reluKernels: readonly SimdKernel[] = [
  { kernelName: reluGradientName, run: reluGradient, fallback: reluGradientInJavaScript },
];

interface Inputs {
  /** Relu's result. */
  readonly y: TensorInfo;
  readonly dy: TensorInfo;
}

/** dy where y is above 0, and 0 elsewhere. */
function reluGradient(backend: SimdBackend, { y, dy }: Inputs): TensorInfo {
  const fused = maskPoolGradient(backend, dy, y);
  if (fused) return fused;
  const dx = backend.output(y.shape);
  backend.run(
    'reluGradient',
    { out: backend.pointer(y), dy: backend.pointer(dy), dx: backend.pointer(dx) },
    { count: util.sizeFromShape(y.shape), grain: 16_384 },
  );
  return dx;
}

function reluGradientInJavaScript(call: Parameters<KernelFunc>[0]): TensorInfo {
  const backend = call.backend as SimdBackend;
  const { y, dy } = call.inputs as unknown as Inputs;
  const open = backend.data.get(y.dataId).values as Float32Array;
  const values = backend.data.get(dy.dataId).values as Float32Array;
  const masked = Float32Array.from(values, (value, i) => ((open[i] as number) > 0 ? value : 0));
  return backend.makeTensorInfo(y.shape, 'float32', masked);
}
