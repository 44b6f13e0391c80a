/** From the units of the points to the unit square, y downwards: both axes to one scale, centered. */
export interface MapFrame {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export function frameOf(points: Float32Array): MapFrame {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  const scale = 1 / Math.max(right - left, bottom - top, Number.MIN_VALUE);
  return {
    scale: Number.isFinite(scale) ? scale : 0,
    x: (left + right) / 2,
    y: (top + bottom) / 2,
  };
}

export function framed(points: Float32Array, frame: MapFrame): Float32Array {
  return points.map((value, i) =>
    i % 2 === 0 ? 0.5 + frame.scale * (value - frame.x) : 0.5 - frame.scale * (value - frame.y),
  );
}

/** Width and height of what points in the unit square cover. */
export function extentOf(points: Float32Array): [number, number] {
  const extent: [number, number] = [0, 0];
  for (let i = 0; i < points.length; i++) {
    extent[i % 2] = Math.max(extent[i % 2]!, 2 * Math.abs(points[i]! - 0.5));
  }
  return extent;
}
