/** Pixels along a side of a picture as it is kept. */
export const pictureSize = 64;

const cells = 4; // along a side
const directions = 8; // of edges, within half a turn
const perCell = directions + 3;

/** Numbers of one picture. */
export const featureDims = cells * cells * perCell;

/** The middle of a picture, as a square of 64 x 64. */
export function squareOf(
  source: CanvasImageSource,
  width: number,
  height: number,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = pictureSize;
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  const side = Math.min(width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(
    source,
    (width - side) / 2,
    (height - side) / 2,
    side,
    side,
    0,
    0,
    pictureSize,
    pictureSize,
  );
  return canvas;
}

/**
 * What is told of a picture without any training: in each of 4 x 4 cells its mean color, and how strong its edges are in
 * each of eight directions. Colors and edges each have length one, so that none drowns the other.
 */
export function featuresOf(square: HTMLCanvasElement): Float32Array {
  const context = square.getContext('2d') as CanvasRenderingContext2D;
  const { data } = context.getImageData(0, 0, pictureSize, pictureSize);
  const light = new Float32Array(pictureSize * pictureSize);
  for (let i = 0; i < light.length; i++) {
    light[i] = 0.299 * data[4 * i]! + 0.587 * data[4 * i + 1]! + 0.114 * data[4 * i + 2]!;
  }
  const colors = new Float32Array(cells * cells * 3);
  const edges = new Float32Array(cells * cells * directions);
  const span = pictureSize / cells;
  for (let y = 1; y < pictureSize - 1; y++) {
    for (let x = 1; x < pictureSize - 1; x++) {
      const at = y * pictureSize + x;
      const cell = cells * Math.floor(y / span) + Math.floor(x / span);
      for (let c = 0; c < 3; c++) colors[3 * cell + c]! += data[4 * at + c]! / 255 - 0.5;
      const dx = light[at + 1]! - light[at - 1]!;
      const dy = light[at + pictureSize]! - light[at - pictureSize]!;
      const turn = (Math.atan2(dy, dx) / Math.PI + 1) % 1;
      edges[directions * cell + (Math.floor(directions * turn) % directions)]! += Math.hypot(
        dx,
        dy,
      );
    }
  }
  return Float32Array.from([...unit(colors), ...unit(edges.map(Math.sqrt))]);
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values) || 1;
  return values.map((value) => value / length);
}
