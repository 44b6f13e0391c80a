import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { SimdBackend } from '../simdBackend.ts';

/** An axis as it is walked: its size, and the strides of source and target along it, in floats. */
export interface Axis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

/** The axes to walk, outermost first, and the floats at which source and target begin. */
export interface Walk {
  readonly axes: readonly [Axis, Axis, Axis, Axis];
  readonly from: number;
  readonly to: number;
}

/**
 * A walk along `axes`: those along which both sides go on evenly become one. Undefined where more than the four are
 * left that assembly/arrange.ts can do.
 */
export function walkOf(axes: readonly Axis[], from = 0, to = 0): Walk | undefined {
  const joined: Axis[] = [];
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
  return { axes: joined as [Axis, Axis, Axis, Axis], from, to };
}

/** Copies floats from one tensor to another. */
export function arrange(
  backend: SimdBackend,
  source: TensorInfo,
  target: TensorInfo,
  { axes: [i, j, k, l], from, to }: Walk,
): void {
  backend.run(
    'arrange',
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

/** A new tensor of `shape` made by a walk over `x` from float `first` on; undefined where the walk is too complex. */
export function arranged(
  backend: SimdBackend,
  x: TensorInfo,
  shape: number[],
  axes: readonly Axis[],
  first = 0,
): TensorInfo | undefined {
  const walk = walkOf(axes, first);
  if (walk === undefined) return undefined;
  const out = backend.output(shape);
  arrange(backend, x, out, walk);
  return out;
}

/** The strides of a contiguous tensor, one an axis. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}
