import type { PanelView } from './painter.ts';

/** How many dots lie where, for more of them than can be drawn one by one. */
export interface Density {
  /**
   * Counts every `step`th dot of a panel, each as `step` dots, and returns how many are in sight. With a step above 1 the
   * cells are larger too.
   */
  gather(panel: PanelView, colors: Uint8Array, step: number): number;
  /** Draws the panel that was gathered last: the more dots a cell has, the less of the ground shines through. */
  draw(context: CanvasRenderingContext2D, panel: PanelView, ratio: number): void;
}

const [fine, coarse] = [2, 4]; // pixels of a cell
const least = 0.4; // opacity of a cell with one dot
const fullOpacity = 205; // of a dot of a class that stands out

/** Cells of some pixels, each in the mean color of its dots. */
export function createDensity(): Density {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let [width, height] = [0, 0];
  let cell = fine;
  /** Of each cell: red, green and blue times the weight, and the weight. */
  let sums = new Float32Array(0);

  return {
    gather({ box, projection, from, to, share }, colors, step) {
      cell = step > 1 ? coarse : fine;
      width = Math.max(1, Math.ceil(box.width / cell));
      height = Math.max(1, Math.ceil(box.height / cell));
      if (sums.length === 4 * width * height) sums.fill(0);
      else sums = new Float32Array(4 * width * height);
      const cells = sums;
      const scale = projection.scale / cell;
      const [left, top] = [(projection.left - box.left) / cell, (projection.top - box.top) / cell];
      const [across, down] = [width, height];
      // Points at rest are read from one array: reading two takes twice the time.
      const resting = share === 1 ? to : share === 0 ? from : undefined;
      const start = resting ?? from;
      const each = (step * (fine / cell) ** 2) / fullOpacity; // a larger cell has more dots
      let seen = 0;
      for (let i = 0; 2 * i < start.length; i += step) {
        let [u, v] = [start[2 * i]!, start[2 * i + 1]!];
        if (resting === undefined) {
          u += share * (to[2 * i]! - u);
          v += share * (to[2 * i + 1]! - v);
        }
        const x = left + scale * u;
        const y = top + scale * v;
        if (x < 0 || y < 0 || x >= across || y >= down) continue;
        seen += step;
        const at = 4 * ((y | 0) * across + (x | 0));
        const weight = each * colors[4 * i + 3]!;
        cells[at]! += weight * colors[4 * i]!;
        cells[at + 1]! += weight * colors[4 * i + 1]!;
        cells[at + 2]! += weight * colors[4 * i + 2]!;
        cells[at + 3]! += weight;
      }
      return seen;
    },
    draw(onto, { box }, ratio) {
      let most = 1;
      for (let at = 3; at < sums.length; at += 4) most = Math.max(most, sums[at]!);
      const image = context.createImageData(width, height);
      const { data } = image;
      const rise = (1 - least) / Math.log(1 + most);
      for (let at = 0; at < sums.length; at += 4) {
        const weight = sums[at + 3]!;
        if (weight === 0) continue;
        data[at] = sums[at]! / weight;
        data[at + 1] = sums[at + 1]! / weight;
        data[at + 2] = sums[at + 2]! / weight;
        data[at + 3] = 255 * Math.min(1, weight) * (least + rise * Math.log(1 + weight));
      }
      canvas.width = width;
      canvas.height = height;
      context.putImageData(image, 0, 0);
      onto.imageSmoothingEnabled = true;
      const [x, y] = [Math.round(box.left * ratio), Math.round(box.top * ratio)];
      onto.drawImage(canvas, x, y, cell * width * ratio, cell * height * ratio);
    },
  };
}
