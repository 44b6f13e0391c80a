import { broadcast_util, util } from '@tensorflow/tfjs-core';

/** How assembly/binary.ts reads two operands that are broadcast: at most three axes, strides in floats. */
export interface BroadcastStrides {
  /** Of the result. */
  readonly shape: number[];
  /** Floats of the result. */
  readonly size: number;
  readonly middle: number;
  readonly inner: number;
  readonly aOuter: number;
  readonly aMiddle: number;
  readonly aInner: number;
  readonly bOuter: number;
  readonly bMiddle: number;
  readonly bInner: number;
}

interface Axis {
  readonly size: number;
  /** Strides; 0 where the operand is repeated. */
  readonly a: number;
  readonly b: number;
}

/**
 * The strides of operands of two shapes; undefined where they take more than three axes. Neighboring axes along which both
 * operands go on evenly being one.
 *
 * @throws Error if the shapes cannot be broadcast.
 */
export function broadcastStrides(aShape: number[], bShape: number[]): BroadcastStrides | undefined {
  if (util.arraysEqual(aShape, bShape)) return straight(aShape, 1, 1);
  if (isSingle(bShape, aShape)) return straight(aShape, 1, 0);
  if (isSingle(aShape, bShape)) return straight(bShape, 0, 1);
  const shape = broadcast_util.assertAndGetBroadcastShape(aShape, bShape);
  const axes = evenAxes(shape, aShape, bShape);
  if (axes.length > 3) return undefined;
  const none = { size: 1, a: 0, b: 0 };
  const [inner = none, middle = none, outer = none] = axes;
  return {
    shape,
    size: util.sizeFromShape(shape),
    middle: middle.size,
    inner: inner.size,
    aOuter: outer.a,
    aMiddle: middle.a,
    aInner: inner.a,
    bOuter: outer.b,
    bMiddle: middle.b,
    bInner: inner.b,
  };
}

/** One row, in which an operand goes on or stands still. */
function straight(shape: number[], aInner: number, bInner: number): BroadcastStrides {
  const size = util.sizeFromShape(shape);
  return {
    shape,
    size,
    middle: 1,
    inner: size,
    aOuter: 0,
    aMiddle: 0,
    aInner,
    bOuter: 0,
    bMiddle: 0,
    bInner,
  };
}

/** Whether a shape is of one float, and adds no axes to the other. */
function isSingle(shape: number[], other: number[]): boolean {
  return shape.length <= other.length && shape.every((size) => size === 1);
}

/** The axes of the result, from the innermost out, as few as there can be. */
function evenAxes(shape: number[], aShape: number[], bShape: number[]): Axis[] {
  const axes: Axis[] = [];
  let aStride = 1;
  let bStride = 1;
  for (let i = 1; i <= shape.length; i++) {
    const size = shape.at(-i) as number;
    const aSize = aShape.at(-i) ?? 1;
    const bSize = bShape.at(-i) ?? 1;
    const axis = { size, a: aSize === 1 ? 0 : aStride, b: bSize === 1 ? 0 : bStride };
    aStride *= aSize;
    bStride *= bSize;
    const last = axes.at(-1);
    if (last && axis.a === last.a * last.size && axis.b === last.b * last.size) {
      axes[axes.length - 1] = { ...last, size: last.size * size };
    } else if (size !== 1) {
      axes.push(axis);
    }
  }
  return axes;
}
