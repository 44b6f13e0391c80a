import type { ClassLabels } from './classLabels.ts';
import { contains } from './layout.ts';
import type { SchemeColors } from './mapColors.ts';
import type { PanelView } from './painter.ts';
import type { Scene } from './scene.ts';

/** Everything above the dots. */
export interface OverlayView {
  readonly panels: readonly PanelView[];
  /** Classes that stand out; all when empty. */
  readonly active: ReadonlySet<number>;
  /** Examples with a ring around them, in every panel. */
  readonly marked: readonly number[];
  /** The example whose neighbours are joined to it. */
  readonly center: number | undefined;
  readonly scheme: SchemeColors;
}

const mostImages = 260; // so many visible examples in a panel are shown as images, not as dots
const [smallest, largest] = [12, 56]; // pixels of an image

/** Draws images in place of dots where one is close enough, class names, rings and lines. */
export function drawOverlay(
  context: CanvasRenderingContext2D,
  scene: Scene,
  labels: ClassLabels,
  view: OverlayView,
): void {
  for (const panel of view.panels) {
    context.save();
    context.beginPath();
    context.roundRect(panel.box.left, panel.box.top, panel.box.width, panel.box.height, 10);
    context.clip();
    const size = imageSize(scene, panel);
    if (size > 0) drawImages(context, scene, panel, view, size);
    drawNeighborLines(context, scene, panel, view);
    drawNames(context, scene, labels, panel, view);
    drawRings(context, scene, panel, view, size);
    context.restore();
  }
  drawLinks(context, view);
}

/** Pixels of an example in a panel. */
export function placeOf({ projection, from, to, share }: PanelView, i: number): [number, number] {
  const { left, top, scale } = projection;
  const [x, y] = [2 * i, 2 * i + 1];
  return [
    left + scale * (from[x]! + share * (to[x]! - from[x]!)),
    top + scale * (from[y]! + share * (to[y]! - from[y]!)),
  ];
}

/** Size in pixels at which a panel shows its examples as images; 0 while there are too many of them. */
export function imageSize(scene: Scene, panel: PanelView): number {
  if (!scene.sprite) return 0;
  let visible = 0;
  for (let i = 0; i < scene.count && visible <= mostImages; i++) {
    if (contains(panel.box, ...placeOf(panel, i))) visible++;
  }
  if (visible === 0 || visible > mostImages) return 0;
  const room = Math.sqrt((panel.box.width * panel.box.height) / visible);
  return Math.min(largest, Math.max(smallest, 0.55 * room));
}

function drawImages(
  context: CanvasRenderingContext2D,
  scene: Scene,
  panel: PanelView,
  { active, scheme }: OverlayView,
  size: number,
): void {
  const { sprite } = scene;
  if (!sprite) return;
  const aspect = sprite.tileWidth / sprite.tileHeight;
  const [width, height] = aspect > 1 ? [size, size / aspect] : [size * aspect, size];
  context.imageSmoothingEnabled = size < sprite.tileHeight;
  for (let i = 0; i < scene.count; i++) {
    const [x, y] = placeOf(panel, i);
    if (!contains(panel.box, x, y)) continue;
    const classIndex = scene.classOf[i]!;
    context.globalAlpha = active.size === 0 || active.has(classIndex) ? 1 : 0.12;
    context.fillStyle = scheme.classes[classIndex]!;
    context.beginPath();
    context.roundRect(x - width / 2 - 2, y - height / 2 - 2, width + 4, height + 4, 3);
    context.fill();
    const [tileX, tileY] = [i % sprite.columns, Math.floor(i / sprite.columns)];
    context.drawImage(
      sprite.image,
      tileX * sprite.tileWidth,
      tileY * sprite.tileHeight,
      sprite.tileWidth,
      sprite.tileHeight,
      x - width / 2,
      y - height / 2,
      width,
      height,
    );
  }
  context.globalAlpha = 1;
}

function drawNeighborLines(
  context: CanvasRenderingContext2D,
  { neighbors }: Scene,
  panel: PanelView,
  { center, scheme }: OverlayView,
): void {
  if (!neighbors || center === undefined) return;
  const { each, indices } = neighbors;
  context.strokeStyle = scheme.ink;
  context.globalAlpha = 0.55;
  context.lineWidth = 1;
  context.beginPath();
  for (const neighbor of indices.subarray(center * each, (center + 1) * each)) {
    context.moveTo(...placeOf(panel, center));
    context.lineTo(...placeOf(panel, neighbor));
  }
  context.stroke();
  context.globalAlpha = 1;
}

function drawNames(
  context: CanvasRenderingContext2D,
  scene: Scene,
  labels: ClassLabels,
  panel: PanelView,
  { active, scheme }: OverlayView,
): void {
  context.font = scheme.font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 4;
  context.strokeStyle = scheme.paper;
  context.fillStyle = scheme.ink;
  for (const { classIndex, x, y } of labels.place(panel, context)) {
    const { name } = scene.classes[classIndex]!;
    context.globalAlpha = active.size === 0 || active.has(classIndex) ? 1 : 0.2;
    context.strokeText(name, x, y);
    context.fillText(name, x, y);
  }
  context.globalAlpha = 1;
}

function drawRings(
  context: CanvasRenderingContext2D,
  scene: Scene,
  panel: PanelView,
  { marked, scheme }: OverlayView,
  size: number,
): void {
  const radius = Math.max(7, size * 0.75);
  for (const i of marked) {
    const [x, y] = placeOf(panel, i);
    for (const [width, color] of [
      [6, scheme.paper],
      [2.5, scheme.ink],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = color;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
    if (radius > 7) continue;
    context.fillStyle = scheme.classes[scene.classOf[i]!]!;
    context.beginPath();
    context.arc(x, y, 4.5, 0, 2 * Math.PI);
    context.fill();
  }
}

/** A thread from the example in one panel to the same in the next. */
function drawLinks(
  context: CanvasRenderingContext2D,
  { panels, marked, scheme }: OverlayView,
): void {
  const [i] = marked;
  if (i === undefined) return;
  context.strokeStyle = scheme.ink;
  context.lineWidth = 1.25;
  context.globalAlpha = 0.5;
  context.setLineDash([3, 4]);
  for (let p = 1; p < panels.length; p++) {
    const [a, b] = [panels[p - 1]!, panels[p]!];
    const [from, to] = [placeOf(a, i), placeOf(b, i)];
    if (!contains(a.box, ...from) || !contains(b.box, ...to)) continue;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}
