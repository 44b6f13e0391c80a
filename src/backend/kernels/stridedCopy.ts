import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';

/** An axis of a copy: its size, and the strides of source and target along it, in floats. */
export interface CopyAxis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** A copy whose source and target have strides of their own. */
export interface StridedCopy {
  /** Outermost first. */
  readonly axes: readonly [CopyAxis, CopyAxis, CopyAxis, CopyAxis];
  /** The float at which the source begins. */
  readonly from: number;
  /** The float at which the target begins. */
  readonly to: number;
}

/**
 * The copy along `axes`. Neighboring axes along which both sides are contiguous become one; undefined where more than
 * four are left, as assembly/stridedCopy.ts has four loops.
 */
export function planStridedCopy(
  axes: readonly CopyAxis[],
  from = 0,
  to = 0,
): StridedCopy | undefined {
  const joined: CopyAxis[] = [];
  for (const axis of axes) {
    const last = joined.at(-1);
    if (axis.size === 1) continue;
    if (last?.from === axis.from * axis.size && last.to === axis.to * axis.size) {
      joined[joined.length - 1] = { ...axis, size: last.size * axis.size };
    } else {
      joined.push(axis);
    }
  }
  if (joined.length > 4) return undefined;
  while (joined.length < 4) joined.unshift({ size: 1, from: 1, to: 1 });
  return { axes: joined as [CopyAxis, CopyAxis, CopyAxis, CopyAxis], from, to };
}

/** Copies floats from one tensor to another. */
export function stridedCopy(
  backend: SimdBackend,
  source: TensorInfo,
  target: TensorInfo,
  { axes: [i, j, k, l], from, to }: StridedCopy,
): void {
  backend.run(
    'stridedCopy',
    {
      x: backend.pointer(source) + 4 * from,
      xI: i.from,
      xJ: j.from,
      xK: k.from,
      xL: l.from,
      out: backend.pointer(target) + 4 * to,
      outI: i.to,
      outJ: j.to,
      outK: k.to,
      outL: l.to,
      jCount: j.size,
      kCount: k.size,
      lCount: l.size,
    },
    {
      count: i.size * j.size * k.size * Math.min(1, l.size),
      grain: Math.ceil(16_384 / (l.size + 1)),
    },
  );
}

/** A new tensor of `shape`, copied from `x` from float `first` on; undefined where planStridedCopy has no copy. */
export function copyToNew(
  backend: SimdBackend,
  x: TensorInfo,
  shape: number[],
  axes: readonly CopyAxis[],
  first = 0,
): TensorInfo | undefined {
  const copy = planStridedCopy(axes, first);
  if (copy === undefined) return undefined;
  const out = backend.output(shape);
  stridedCopy(backend, x, out, copy);
  return out;
}

/** The strides of a contiguous tensor, one an axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
