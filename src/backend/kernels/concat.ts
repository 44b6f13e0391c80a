import {
  backend_util,
  type ConcatAttrs,
  type PackAttrs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { planStridedCopy, stridedCopy } from './stridedCopy.ts';

export const concatKernels: readonly SimdKernel[] = [
  { kernelName: 'Concat', run: concat },
  { kernelName: 'Pack', run: pack },
];

function concat(backend: SimdBackend, inputs: object, { axis }: ConcatAttrs): TensorInfo {
  const parts = inputs as TensorInfo[];
  const [first] = parts as [TensorInfo];
  const [along = 0] = util.parseAxisParam(axis, first.shape);
  const shapes = parts.map(({ shape }) => shape);
  backend_util.assertParamsConsistent(shapes, along);
  return joined(backend, parts, along, backend_util.computeOutShape(shapes, along));
}

function pack(backend: SimdBackend, inputs: object, { axis }: PackAttrs): TensorInfo | undefined {
  const parts = inputs as TensorInfo[];
  const [{ shape }] = parts as [TensorInfo];
  // The cpu backend's kernel says which shape is wrong.
  if (!parts.every((part) => util.arraysEqual(part.shape, shape))) return undefined;
  const along = axis < 0 ? axis + shape.length + 1 : axis;
  return joined(backend, parts, along, shape.toSpliced(along, 0, parts.length));
}

/** The parts one after the other along an axis. */
function joined(
  backend: SimdBackend,
  parts: readonly TensorInfo[],
  along: number,
  shape: number[],
): TensorInfo {
  const out = backend.output(shape);
  const outer = util.sizeFromShape(shape.slice(0, along));
  const row = util.sizeFromShape(shape.slice(along));
  let at = 0;
  for (const part of parts) {
    const length = util.sizeFromShape(part.shape.slice(along));
    const axes = [
      { size: outer, from: length, to: row },
      { size: length, from: 1, to: 1 },
    ];
    const copy = planStridedCopy(axes, 0, at);
    if (copy) stridedCopy(backend, part, out, copy);
    at += length;
  }
  return out;
}
