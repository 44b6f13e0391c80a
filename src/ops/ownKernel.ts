import {
  engine,
  getBackend,
  getKernel,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Whether the backend in use has a private kernel of this name, as the simd backend does. */
export function hasOwnKernel(name: string): boolean {
  return getKernel(name, getBackend()) !== undefined;
}

/** Runs a private kernel by its name, off the gradient tape; an input that is undefined is left out. */
export function runOwnKernel(
  name: string,
  inputs: Readonly<Record<string, Tensor | undefined>>,
  attrs: Readonly<Record<string, unknown>> = {},
): readonly Tensor[] {
  const given = Object.entries(inputs).filter(([, input]) => input !== undefined);
  const result = engine().runKernel<Tensor | Tensor[]>(
    name,
    Object.fromEntries(given) as NamedTensorMap,
    attrs as unknown as NamedAttrMap,
  );
  return Array.isArray(result) ? result : [result];
}
