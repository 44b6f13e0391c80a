import type { SchemeColors } from '../../page/client/mapColors.ts';
import { placeOf } from '../../page/client/overlay.ts';
import type { PanelView } from '../../page/client/painter.ts';
import type { Scene } from '../../page/client/scene.ts';
import type { MapQuery } from './mapOptions.ts';

const size = 44; // pixels of the image of a query
const away = 62; // from the place of a query to the middle of its image
const roomy = 64; // pixels of a line that is long enough for its text

/**
 * The new example at its place, with lines to its neighbors; its image stands beside the place, so that it covers no
 * neighbor. `at` is the place in the unit square.
 */
export function drawQuery(
  context: CanvasRenderingContext2D,
  panel: PanelView,
  scene: Scene,
  scheme: SchemeColors,
  { neighbors = [], texts = [], image, faint = false }: MapQuery,
  at: readonly [number, number],
): void {
  const { left, top, scale } = panel.projection;
  const place: readonly [number, number] = [left + scale * at[0], top + scale * at[1]];
  const ends = neighbors
    .map((i, rank) => ({ i, text: texts[rank] }))
    .filter(({ i }) => i < scene.count)
    .map(({ i, text }) => ({
      text,
      end: placeOf(panel, i),
      color: scheme.classes[scene.classOf[i]!]!,
    }));
  context.save();
  context.lineCap = 'round';
  for (const halo of [true, false]) {
    for (const { end, color } of ends) {
      context.strokeStyle = halo ? scheme.paper : color;
      context.lineWidth = halo ? 5 : 2;
      context.setLineDash(faint && !halo ? [4, 6] : []);
      context.beginPath();
      context.moveTo(...place);
      context.lineTo(...end);
      context.stroke();
    }
  }
  context.setLineDash([]);
  for (const { end, color } of ends) dot(context, end, 6, color, scheme.paper);
  drawTexts(context, place, ends, scheme);
  if (image) drawImage(context, place, image, panel, scheme);
  dot(context, place, 6.5, scheme.paper, scheme.ink);
  context.restore();
}

function dot(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
  fill: string,
  rim: string,
): void {
  context.fillStyle = fill;
  context.strokeStyle = rim;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** Each text in the middle of its line, where the line is long enough and no other text stands. */
function drawTexts(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  ends: readonly { readonly text: string | undefined; readonly end: readonly [number, number] }[],
  scheme: SchemeColors,
): void {
  context.font = scheme.font.replace('700 15px', '600 12px');
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  const taken: (readonly [number, number])[] = [];
  for (const { text, end } of ends) {
    if (!text || Math.hypot(end[0] - x, end[1] - y) < roomy) continue;
    const middle = [(x + end[0]) / 2, (y + end[1]) / 2] as const;
    if (taken.some(([u, v]) => Math.abs(u - middle[0]) < 36 && Math.abs(v - middle[1]) < 16))
      continue;
    taken.push(middle);
    context.strokeStyle = scheme.paper;
    context.fillStyle = scheme.ink;
    context.strokeText(text, ...middle);
    context.fillText(text, ...middle);
  }
}

/** Above the place, or below where there is no room above. */
function drawImage(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  image: CanvasImageSource,
  { box }: PanelView,
  scheme: SchemeColors,
): void {
  const half = size / 2 + 3;
  const up = y - box.top > away + half + 4;
  const middle = y + (up ? -away : away);
  const across = Math.min(box.left + box.width - half - 4, Math.max(box.left + half + 4, x));
  context.strokeStyle = scheme.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(across, middle);
  context.stroke();
  context.shadowColor = 'rgb(0 0 0 / .35)';
  context.shadowBlur = 10;
  context.fillStyle = scheme.paper;
  context.beginPath();
  context.roundRect(across - half, middle - half, 2 * half, 2 * half, 9);
  context.fill();
  context.shadowBlur = 0;
  context.stroke();
  context.drawImage(image, across - size / 2, middle - size / 2, size, size);
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
