import type { Painter } from './painter.ts';

const mostStamps = 2000;

/** A painter without a graphics card: slower, the same picture. */
export function canvasPainter(canvas: HTMLCanvasElement): Painter {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let colors = new Uint8Array(0);
  let order = new Uint32Array(0);
  let ratio = 1;
  const stamps = new Map<string, HTMLCanvasElement>();

  /** A dot is drawn once a colour, and copied from there. */
  const stamp = (color: number, radius: number): HTMLCanvasElement => {
    const key = `${color} ${radius}`;
    const known = stamps.get(key);
    if (known) return known;
    const dot = drawDot(color, radius * ratio);
    stamps.set(key, dot);
    return dot;
  };

  return {
    resize(width, height, devicePixels) {
      ratio = devicePixels;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      stamps.clear();
    },
    style(newColors, newOrder) {
      colors = newColors;
      order = newOrder;
    },
    draw(panels) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      if (stamps.size > mostStamps) stamps.clear();
      const words = new DataView(colors.buffer);
      for (const { box, projection, from, to, share, radius } of panels) {
        context.save();
        context.beginPath();
        context.rect(box.left * ratio, box.top * ratio, box.width * ratio, box.height * ratio);
        context.clip();
        const { left, top, scale } = projection;
        for (const i of order) {
          const [x, y] = [2 * i, 2 * i + 1];
          const dot = stamp(words.getUint32(4 * i), radius);
          context.drawImage(
            dot,
            (left + scale * (from[x]! + share * (to[x]! - from[x]!))) * ratio - dot.width / 2,
            (top + scale * (from[y]! + share * (to[y]! - from[y]!))) * ratio - dot.width / 2,
          );
        }
        context.restore();
      }
    },
  };
}

/** A dot on a canvas of its own; `color` is red, green, blue and opacity, a byte each. */
function drawDot(color: number, radius: number): HTMLCanvasElement {
  const dot = document.createElement('canvas');
  dot.width = dot.height = Math.ceil(2 * radius) + 2;
  const brush = dot.getContext('2d') as CanvasRenderingContext2D;
  const [r, g, b, a] = [color >>> 24, (color >>> 16) & 255, (color >>> 8) & 255, color & 255];
  brush.fillStyle = `rgba(${r},${g},${b},${a / 255})`;
  brush.arc(dot.width / 2, dot.width / 2, radius, 0, 2 * Math.PI);
  brush.fill();
  return dot;
}
