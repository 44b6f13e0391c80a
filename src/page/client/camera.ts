import type { Box } from '../../charts/internal/chart.ts';

/** What part of the unit square a panel shows: its middle, and how much larger than the whole map. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** From the unit square to pixels: left + scale * x, top + scale * y. */
export interface Projection {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

export const wholeMap: Camera = { x: 0.5, y: 0.5, zoom: 1 };

const margin = { side: 24, top: 44, bottom: 24 }; // pixels around the whole map
const [least, most] = [0.5, 400];

export function projection(
  { x, y, zoom }: Camera,
  box: Box,
  [width, height]: readonly [number, number],
): Projection {
  const fit = Math.min(
    (box.width - 2 * margin.side) / Math.max(width, 0.05),
    (box.height - margin.top - margin.bottom) / Math.max(height, 0.05),
  );
  const scale = Math.max(20, fit) * zoom;
  return {
    scale,
    left: box.left + box.width / 2 - scale * x,
    top: box.top + (box.height + margin.top - margin.bottom) / 2 - scale * y,
  };
}

/** Closer by `factor`, with what is at the given pixel staying there. */
export function zoomedAt(
  camera: Camera,
  { left, top, scale }: Projection,
  [pixelX, pixelY]: readonly [number, number],
  factor: number,
): Camera {
  const zoom = Math.min(most, Math.max(least, camera.zoom * factor));
  const kept = camera.zoom / zoom;
  const [x, y] = [(pixelX - left) / scale, (pixelY - top) / scale];
  return within({ x: x + (camera.x - x) * kept, y: y + (camera.y - y) * kept, zoom });
}

/** Moved by pixels, as a hand moves paper. */
export function panned(camera: Camera, { scale }: Projection, dx: number, dy: number): Camera {
  return within({ ...camera, x: camera.x - dx / scale, y: camera.y - dy / scale });
}

/** A share of the way from one camera to another. */
export function between(from: Camera, to: Camera, share: number): Camera {
  return {
    x: from.x + share * (to.x - from.x),
    y: from.y + share * (to.y - from.y),
    zoom: from.zoom * (to.zoom / from.zoom) ** share,
  };
}

export function isNear(a: Camera, b: Camera): boolean {
  const far = Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) * b.zoom;
  return far < 1e-4 && Math.abs(Math.log(a.zoom / b.zoom)) < 1e-3;
}

/** The map cannot be lost: the panel's middle stays on it. */
function within({ x, y, zoom }: Camera): Camera {
  return { x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)), zoom };
}
