import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { PlainKernel } from './plainPairs.ts';

/** A function of arrays as a kernel, for when the memory is full. */
export function plainly(compute: PlainKernel): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const simd = backend as SimdBackend;
    const operands = Object.entries(inputs).map(([name, input]) => {
      const values = input && (simd.readSync(input.dataId) as Float32Array);
      return [name, input && { values, shape: input.shape }];
    });
    const results = compute(Object.fromEntries(operands) as never, (attrs ?? {}) as never);
    const infos = results.map(({ shape, values }) =>
      simd.makeTensorInfo([...shape], 'float32', values),
    );
    return infos.length === 1 ? (infos[0] as TensorInfo) : infos;
  };
}
