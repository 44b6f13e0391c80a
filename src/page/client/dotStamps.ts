import type { PanelView } from './painter.ts';

/** Ready-made dots, one of each color. */
export interface DotStamps {
  /** Takes the colors of all dots anew; false if there are too many to have a stamp of each. */
  style(colors: Uint8Array): boolean;
  /** Draws the dots of a panel. */
  draw(
    context: CanvasRenderingContext2D,
    panel: PanelView,
    ratio: number,
    order: Uint32Array,
  ): void;
}

const mostStamps = 64;
const steps = 8; // radii differ by so many parts of a pixel

/**
 * Few dots are copied by the canvas from a picture of each color. The script that sets pixels one by one is quicker for many
 * dots, but only once the browser has compiled it: the first frames of a movement would be late.
 */
export function createDotStamps(): DotStamps {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let kinds: readonly number[] = [];
  let stampOf = new Uint8Array(0);
  let [size, drawnRadius] = [0, 0];

  const prepare = (radius: number): void => {
    if (radius === drawnRadius) return;
    drawnRadius = radius;
    size = 2 * Math.ceil(radius + 1);
    canvas.width = size * kinds.length;
    canvas.height = size;
    kinds.forEach((kind, at) => {
      const [red, green, blue, opacity] = [24, 16, 8, 0].map((shift) => (kind >>> shift) & 255);
      context.fillStyle = `rgb(${red} ${green} ${blue} / ${(opacity ?? 0) / 255})`;
      context.beginPath();
      context.arc(size * (at + 0.5), size / 2, radius, 0, 2 * Math.PI);
      context.fill();
    });
  };

  return {
    style(colors) {
      const found = new Map<number, number>();
      stampOf = new Uint8Array(colors.length / 4);
      drawnRadius = 0;
      for (let i = 0; i < stampOf.length; i++) {
        const [red, green] = [colors[4 * i]!, colors[4 * i + 1]!];
        const [blue, opacity] = [colors[4 * i + 2]!, colors[4 * i + 3]!];
        const kind = ((red << 24) | (green << 16) | (blue << 8) | opacity) >>> 0;
        const at = found.get(kind) ?? found.size;
        if (at >= mostStamps) return false;
        found.set(kind, at);
        stampOf[i] = at;
      }
      kinds = [...found.keys()];
      return true;
    },
    draw(onto, { box, projection, from, to, share, radius }, ratio, order) {
      prepare(Math.max(1, Math.round(steps * radius * ratio)) / steps);
      const { left, top, scale } = projection;
      onto.save();
      onto.beginPath();
      onto.rect(box.left * ratio, box.top * ratio, box.width * ratio, box.height * ratio);
      onto.clip();
      const reach = size / 2;
      const [right, bottom] = [box.left + box.width, box.top + box.height];
      for (const i of order) {
        const x = left + scale * (from[2 * i]! + share * (to[2 * i]! - from[2 * i]!));
        const y = top + scale * (from[2 * i + 1]! + share * (to[2 * i + 1]! - from[2 * i + 1]!));
        if (x < box.left - reach || x > right + reach) continue;
        if (y < box.top - reach || y > bottom + reach) continue;
        onto.drawImage(
          canvas,
          size * stampOf[i]!,
          0,
          size,
          size,
          x * ratio - reach,
          y * ratio - reach,
          size,
          size,
        );
      }
      onto.restore();
    },
  };
}
