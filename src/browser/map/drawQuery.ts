import type { SchemeColors } from '../../page/client/mapColors.ts';
import { placeOf } from '../../page/client/overlay.ts';
import type { PanelView } from '../../page/client/painter.ts';
import type { Scene } from '../../page/client/scene.ts';
import type { MapQuery } from './mapOptions.ts';

const size = 44; // pixels of the image of a query

/** The new example at its place, with lines to its neighbors. `at` is its place in the unit square. */
export function drawQuery(
  context: CanvasRenderingContext2D,
  { projection: { left, top, scale }, ...panel }: PanelView,
  scene: Scene,
  scheme: SchemeColors,
  { neighbors = [], image, faint = false }: MapQuery,
  at: readonly [number, number],
): void {
  const [x, y] = [left + scale * at[0], top + scale * at[1]];
  const view = { ...panel, projection: { left, top, scale } };
  context.save();
  context.lineCap = 'round';
  for (const [width, color] of [
    [5, scheme.paper],
    [2, undefined],
  ] as const) {
    for (const i of neighbors) {
      if (i >= scene.count) continue;
      context.strokeStyle = color ?? scheme.classes[scene.classOf[i]!]!;
      context.lineWidth = width;
      context.setLineDash(faint && !color ? [4, 6] : []);
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(...placeOf(view, i));
      context.stroke();
    }
  }
  context.setLineDash([]);
  for (const i of neighbors) {
    if (i >= scene.count) continue;
    const [nearX, nearY] = placeOf(view, i);
    context.fillStyle = scheme.classes[scene.classOf[i]!]!;
    context.strokeStyle = scheme.paper;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(nearX, nearY, 6, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
  context.shadowColor = 'rgb(0 0 0 / .35)';
  context.shadowBlur = 10;
  context.fillStyle = scheme.paper;
  context.beginPath();
  context.roundRect(x - size / 2 - 3, y - size / 2 - 3, size + 6, size + 6, 9);
  context.fill();
  context.shadowBlur = 0;
  context.strokeStyle = scheme.ink;
  context.lineWidth = 2;
  context.stroke();
  if (image) context.drawImage(image, x - size / 2, y - size / 2, size, size);
  context.restore();
}

/** The line of a lasso while it is drawn. */
export function drawLasso(
  context: CanvasRenderingContext2D,
  line: readonly (readonly [number, number])[],
  scheme: SchemeColors,
): void {
  if (line.length < 2) return;
  context.save();
  context.beginPath();
  for (const [x, y] of line) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.1;
  context.fillStyle = scheme.ink;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = scheme.ink;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.stroke();
  context.restore();
}
