import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Whether the backend in use has a kernel of this name beside those that tfjs knows, as simd does. */
export function hasOwnKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

/** Runs a kernel by its name; an input that is undefined is left out. Not to be differentiated. */
export function runOwnKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor | undefined>>,
  attrs: Readonly<Record<string, number | boolean>> = {},
): readonly Tensor[] {
  const given = Object.entries(inputs).filter(([, input]) => input !== undefined);
  const result = engine().runKernel<Tensor | Tensor[]>(
    name,
    Object.fromEntries(given) as NamedTensorMap,
    attrs as unknown as NamedAttrMap,
  );
  return Array.isArray(result) ? result : [result];
}
