import type { PadV2Attrs, TensorInfo, TileAttrs, TransposeAttrs } from '@tensorflow/tfjs-core';
import { util } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';
import type { SimdKernel } from '../simdKernel.ts';
import { copyToNew, planStridedCopy, stridedCopy, stridesOf } from './stridedCopy.ts';

export const layoutKernels: readonly SimdKernel[] = [
  { kernelName: 'PadV2', run: pad },
  { kernelName: 'Tile', run: tile },
  { kernelName: 'Transpose', run: transpose },
];

interface Input {
  readonly x: TensorInfo;
}

function pad(
  backend: SimdBackend,
  { x }: Input,
  { paddings, constantValue }: PadV2Attrs,
): TensorInfo | undefined {
  const shape = x.shape.map((size, axis) => {
    const [before, after] = paddings[axis] as [number, number];
    return before + size + after;
  });
  const strides = stridesOf(x.shape);
  const outStrides = stridesOf(shape);
  const axes = x.shape.map((size, axis) => ({
    size,
    from: strides[axis]!,
    to: outStrides[axis]!,
  }));
  const first = paddings.reduce((sum, [before], axis) => sum + before * outStrides[axis]!, 0);
  const copy = planStridedCopy(axes, 0, first);
  if (copy === undefined) return undefined;
  const out = backend.output(shape);
  backend.run(
    'fill',
    { out: backend.pointer(out), value: constantValue },
    { count: util.sizeFromShape(shape), grain: 32_768 },
  );
  stridedCopy(backend, x, out, copy);
  return out;
}

function tile(backend: SimdBackend, { x }: Input, { reps }: TileAttrs): TensorInfo | undefined {
  const shape = x.shape.map((size, axis) => size * reps[axis]!);
  const strides = stridesOf(x.shape);
  const outStrides = stridesOf(shape);
  const axes = x.shape.flatMap((size, axis) => {
    const to = outStrides[axis]!;
    return [
      { size: reps[axis]!, from: 0, to: to * size },
      { size, from: strides[axis]!, to },
    ];
  });
  return copyToNew(backend, x, shape, axes);
}

function transpose(
  backend: SimdBackend,
  { x }: Input,
  { perm }: TransposeAttrs,
): TensorInfo | undefined {
  const shape = perm.map((axis) => x.shape[axis]!);
  const strides = stridesOf(x.shape);
  const outStrides = stridesOf(shape);
  const axes = perm.map((axis, outAxis) => ({
    size: x.shape[axis]!,
    from: strides[axis]!,
    to: outStrides[outAxis]!,
  }));
  return copyToNew(backend, x, shape, axes);
}
