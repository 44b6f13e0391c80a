import type { LazyDataset } from 'tfjs-metric-learning';

/** The pixels of both sides of a cell. */
const side = 4;
/** The directions of edges that are told apart. */
const directions = 8;
/** What a cell is described by: its mean color and opacity, then how strong its edges of each direction are. */
const channels = 4 + directions;
/** Edges weaker than this do not count as much as the others of their cell; white less black is 1. */
const faint = 0.05;

const turns = Array.from({ length: directions }, (_, k) => (2 * Math.PI * k) / directions);
const cosines = Float64Array.from(turns, Math.cos);
const sines = Float64Array.from(turns, Math.sin);

/** The shape of the cells of pictures [height, width, 4]. */
export function cellShape([height = 0, width = 0]: readonly number[]): [number, number, number] {
  return [Math.floor(height / side), Math.floor(width / side), channels];
}

/**
 * A lazy data set of pictures [height, width, 4] as a data set of their cells. A picture is described when it is asked for
 * the first time; then its cells, 12 bytes each, are kept.
 */
export function asCells(pictures: LazyDataset): LazyDataset {
  const shape = cellShape(pictures.shape);
  const each = shape[0] * shape[1] * channels;
  const known = new Uint8Array(pictures.count * each);
  const isKnown = new Uint8Array(pictures.count);
  return {
    ...pictures,
    shape,
    async pick(indices) {
      const missing = Int32Array.from(new Set(indices)).filter((index) => isKnown[index] === 0);
      if (missing.length > 0) {
        const cells = describe((await pictures.pick(missing)) as Uint8Array, pictures.shape);
        missing.forEach((index, row) => {
          known.set(cells.subarray(row * each, (row + 1) * each), index * each);
          isKnown[index] = 1;
        });
      }
      const picked = new Uint8Array(indices.length * each);
      indices.forEach((index, row) => {
        picked.set(known.subarray(index * each, (index + 1) * each), row * each);
      });
      return picked;
    },
  };
}

/**
 * The cells of pictures [height, width, 4], 4 x 4 pixels each: the mean of red, green, blue and opacity, and how much of the
 * edges in the cell has each of eight directions. The last eight are brought to about unit length together, so that soft and
 * hard edges count alike: histograms of oriented gradients.
 *
 * @see Dalal, Triggs: Histograms of Oriented Gradients for Human Detection, CVPR 2005. https://doi.org/10.1109/CVPR.2005.177
 */
export function describe(pixels: ArrayLike<number>, shape: readonly number[]): Uint8Array {
  const [height = 0, width = 0] = shape;
  const [rows, columns] = cellShape(shape);
  const size = height * width * 4;
  const count = pixels.length / size;
  const cells = new Uint8Array(count * rows * columns * channels);
  const planes = framedPlanes(height, width);
  const sums = new Float64Array(channels);
  let at = 0;
  for (let picture = 0; picture < count; picture++) {
    const start = picture * size;
    planes.fill(pixels, start);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        sums.fill(0);
        for (let y = row * side; y < (row + 1) * side; y++) {
          for (let x = column * side; x < (column + 1) * side; x++) {
            const pixel = start + (y * width + x) * 4;
            for (let k = 0; k < 4; k++) sums[k]! += pixels[pixel + k]!;
            planes.addEdges(y, x, sums);
          }
        }
        writeCell(sums, cells, at);
        at += channels;
      }
    }
  }
  return cells;
}

/** Writes the mean color and the share of each direction, as bytes. */
function writeCell(sums: Float64Array, cells: Uint8Array, at: number): void {
  const area = side * side;
  for (let k = 0; k < 4; k++) cells[at + k] = Math.round(sums[k]! / area);
  let squares = 0;
  for (let k = 4; k < channels; k++) squares += (sums[k]! / area) ** 2;
  const length = Math.sqrt(squares) + faint;
  for (let k = 4; k < channels; k++) {
    cells[at + k] = Math.round((255 * sums[k]!) / area / length);
  }
}

/** Red, green and blue of one picture on white, with a frame of one pixel that repeats the border. */
function framedPlanes(height: number, width: number) {
  const wide = width + 2;
  const planes = [0, 1, 2].map(() => new Float32Array((height + 2) * wide));
  const best = new Float64Array(directions);
  return {
    /** Takes the picture whose pixels begin at `start`. */
    fill(pixels: ArrayLike<number>, start: number): void {
      for (let y = -1; y <= height; y++) {
        const fromY = Math.min(Math.max(y, 0), height - 1);
        for (let x = -1; x <= width; x++) {
          const fromX = Math.min(Math.max(x, 0), width - 1);
          const pixel = start + (fromY * width + fromX) * 4;
          const opacity = pixels[pixel + 3]! / 255;
          const to = (y + 1) * wide + x + 1;
          for (let k = 0; k < 3; k++) {
            planes[k]![to] = 1 - opacity + (opacity * pixels[pixel + k]!) / 255;
          }
        }
      }
    },
    /** Adds the edge at a pixel to the sums of its directions; of the three colors the strongest counts. */
    addEdges(y: number, x: number, sums: Float64Array): void {
      best.fill(0);
      const above = y * wide + x;
      const below = above + 2 * wide;
      for (const plane of planes) {
        const [a, b, c] = [plane[above]!, plane[above + 1]!, plane[above + 2]!];
        const [d, e] = [plane[above + wide]!, plane[above + wide + 2]!];
        const [f, g, h] = [plane[below]!, plane[below + 1]!, plane[below + 2]!];
        const right = (c - a + 2 * (e - d) + h - f) / 4;
        const down = (f - a + 2 * (g - b) + h - c) / 4;
        const square = right * right + down * down;
        if (square < 1e-8) continue;
        const strength = Math.sqrt(square);
        const cosine = (right * right - down * down) / square; // of twice the angle: an edge has no sign
        const sine = (2 * right * down) / square;
        for (let k = 0; k < directions; k++) {
          const near = cosine * cosines[k]! + sine * sines[k]!;
          if (near > 0) best[k] = Math.max(best[k]!, strength * near * near);
        }
      }
      for (let k = 0; k < directions; k++) sums[4 + k]! += best[k]!;
    },
  };
}
