import { createDensity } from './density.ts';
import { createDotStamps } from './dotStamps.ts';
import type { Painter, PanelView } from './painter.ts';

const mostStamped = 3000; // dots that are copied from ready-made ones
const mostDots = 20_000; // more in sight are drawn as their density
const mostQuick = 100_000; // dots that are counted for the density while the map moves

/**
 * A painter without a graphics card: few dots are copied, for more it sets the pixels itself, without a call of the canvas
 * for each dot. More dots than can be told apart become a density.
 */
export function canvasPainter(canvas: HTMLCanvasElement): Painter {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let image = context.createImageData(1, 1);
  let colors = new Uint8Array(0);
  let order = new Uint32Array(0);
  const density = createDensity();
  const stamps = createDotStamps();
  let stamped = false;
  let ratio = 1;

  return {
    resize(width, height, devicePixels) {
      ratio = devicePixels;
      canvas.width = Math.max(1, Math.round(width * ratio));
      canvas.height = Math.max(1, Math.round(height * ratio));
    },
    style(newColors, newOrder) {
      colors = newColors;
      order = newOrder;
      stamped = order.length <= mostStamped && stamps.style(colors);
    },
    draw(panels, quickly) {
      if (stamped) {
        context.clearRect(0, 0, canvas.width, canvas.height);
        for (const panel of panels) stamps.draw(context, panel, ratio, order);
        return false;
      }
      const count = order.length;
      const step = quickly ? Math.ceil(count / mostQuick) : 1;
      if (image.width === canvas.width && image.height === canvas.height) image.data.fill(0);
      else image = context.createImageData(canvas.width, canvas.height);
      const dense: PanelView[] = [];
      for (const panel of panels) {
        const seen = count > mostDots ? density.gather(panel, colors, step) : 0;
        // To look for the few that are in sight among a million takes longer than a frame may.
        if (seen > mostDots || step > 1) dense.push(panel);
        else drawDots(image, panel, ratio, colors, order);
      }
      context.putImageData(image, 0, 0);
      for (const panel of dense) {
        if (panels.length > 1) density.gather(panel, colors, step);
        density.draw(context, panel, ratio);
      }
      return step > 1 && dense.length > 0;
    },
    destroy() {},
  };
}

function drawDots(
  { data, width, height }: ImageData,
  { box, projection, from, to, share, radius }: PanelView,
  ratio: number,
  colors: Uint8Array,
  order: Uint32Array,
): void {
  const left = Math.max(0, Math.round(box.left * ratio));
  const top = Math.max(0, Math.round(box.top * ratio));
  const right = Math.min(width, Math.round((box.left + box.width) * ratio)) - 1;
  const bottom = Math.min(height, Math.round((box.top + box.height) * ratio)) - 1;
  const [scale, originX, originY] = [
    projection.scale * ratio,
    projection.left * ratio,
    projection.top * ratio,
  ];
  const reach = radius * ratio + 0.5;
  for (const i of order) {
    const x = originX + scale * (from[2 * i]! + share * (to[2 * i]! - from[2 * i]!));
    const y = originY + scale * (from[2 * i + 1]! + share * (to[2 * i + 1]! - from[2 * i + 1]!));
    if (x + reach < left || x - reach > right || y + reach < top || y - reach > bottom) continue;
    const [red, green, blue] = [colors[4 * i]!, colors[4 * i + 1]!, colors[4 * i + 2]!];
    const opacity = colors[4 * i + 3]! / 255;
    const lastRow = Math.min(bottom, Math.floor(y + reach));
    const lastColumn = Math.min(right, Math.floor(x + reach));
    for (let row = Math.max(top, Math.floor(y - reach)); row <= lastRow; row++) {
      const dy = row + 0.5 - y;
      for (let column = Math.max(left, Math.floor(x - reach)); column <= lastColumn; column++) {
        const dx = column + 0.5 - x;
        const square = dx * dx + dy * dy;
        if (square >= reach * reach) continue;
        const above = opacity * Math.min(1, reach - Math.sqrt(square));
        const at = 4 * (row * width + column);
        const below = data[at + 3]! / 255;
        const both = above + below * (1 - above);
        const part = above / both;
        data[at] = data[at]! + part * (red - data[at]!);
        data[at + 1] = data[at + 1]! + part * (green - data[at + 1]!);
        data[at + 2] = data[at + 2]! + part * (blue - data[at + 2]!);
        data[at + 3] = 255 * both;
      }
    }
  }
}
