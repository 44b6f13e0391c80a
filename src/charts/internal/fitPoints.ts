import type { Box } from './chart.ts';

/** Points in pixels inside a box, y downwards: both axes to the same scale, centred. */
export function fitPoints(points: Float32Array, box: Box): Float32Array {
  const [minX, maxX] = span(points, 0);
  const [minY, maxY] = span(points, 1);
  const scale = Math.min(
    box.width / Math.max(maxX - minX, Number.MIN_VALUE),
    box.height / Math.max(maxY - minY, Number.MIN_VALUE),
  );
  const factor = Number.isFinite(scale) ? scale : 0;
  const pixels = new Float32Array(points.length);
  const left = box.left + box.width / 2 - (factor * (minX + maxX)) / 2;
  const top = box.top + box.height / 2 + (factor * (minY + maxY)) / 2;
  for (let i = 0; i < points.length; i += 2) {
    pixels[i] = left + factor * points[i]!;
    pixels[i + 1] = top - factor * points[i + 1]!;
  }
  return pixels;
}

function span(points: Float32Array, offset: 0 | 1): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = offset; i < points.length; i += 2) {
    low = Math.min(low, points[i]!);
    high = Math.max(high, points[i]!);
  }
  return [low, high];
}
