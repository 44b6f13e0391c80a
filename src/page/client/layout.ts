import type { Box } from '../../charts/internal/chart.ts';

const gap = 12;

/** Places for panels of equal size: side by side where the stage is wide, else one below the other. */
export function panelBoxes(width: number, height: number, panels: number): Box[] {
  const across = width >= height;
  const room = (across ? width : height) - gap * (panels - 1);
  const size = Math.max(1, room / panels);
  return Array.from({ length: panels }, (_, i) =>
    across
      ? { left: i * (size + gap), top: 0, width: size, height }
      : { left: 0, top: i * (size + gap), width, height: size },
  );
}

export function contains(box: Box, x: number, y: number): boolean {
  return x >= box.left && x <= box.left + box.width && y >= box.top && y <= box.top + box.height;
}

/** Radius of a dot in pixels: smaller the more there are, larger the closer one looks. */
export function dotRadius(box: Box, count: number, zoom: number): number {
  const room = Math.sqrt((box.width * box.height) / count);
  return Math.min(9, Math.max(1.4, Math.min(4.5, 0.32 * room)) * zoom ** 0.35);
}

/**
 * Every number from 0 to count - 1 once, far from in order: no class lies on top only because it comes last. The
 * same for the same count.
 */
export function mixedOrder(count: number): Uint32Array<ArrayBuffer> {
  let stride = Math.max(1, Math.round(count * 0.618));
  while (stride > 1 && commonDivisor(stride, count) > 1) stride--;
  return Uint32Array.from({ length: count }, (_, i) => (i * stride) % count);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
