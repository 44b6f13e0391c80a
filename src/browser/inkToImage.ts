import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { oneOf, positive, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';

/** Pixels as a canvas gives them (`ImageData`): red, green, blue and opacity, a byte each, row by row. */
export interface InkPixels {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface InkOptions {
  /** Where the ink is: in what is `opaque`, or in what is `dark` or `bright` on its ground. Default `opaque`. */
  ink?: 'opaque' | 'dark' | 'bright';
  /** Height and width of the image. Default 28. */
  size?: number;
  /** Height and width of the square into which the drawing is fitted. Default 20. */
  box?: number;
  /** What full ink becomes. Default 255. */
  full?: number;
}

export const inkOptions: OptionTable<InkOptions> = {
  ink: preset<'opaque' | 'dark' | 'bright'>('opaque', oneOf('opaque', 'dark', 'bright')),
  size: preset(28, wholeNumber(1)),
  box: preset(20, wholeNumber(1)),
  full: preset(255, positive),
};

const least = 8; // of 255: less ink than that is the ground

/**
 * A drawing as MNIST has its digits: the ink fitted into a square of 20 pixels with its proportions kept, in an image of
 * 28 x 28 whose center is the center of mass of the ink. Returns the image row by row, 0 where there is no ink;
 * undefined for a drawing without ink.
 *
 * @throws MetricLearningError if the pixels are not red, green, blue and opacity of `width` x `height`, or an option is
 * unknown or out of its range.
 * @example
 * const ink = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
 * const image = inkToImage(ink, { full: 1 }); // 784 numbers from 0 to 1
 * @see https://yann.lecun.com/exdb/mnist/ (how the digits were normalized)
 */
export function inkToImage(pixels: InkPixels, options: InkOptions = {}): Float32Array | undefined {
  const where = 'inkToImage';
  checkPixels(where, pixels);
  const { ink, size, box, full } = readOptions(where, inkOptions, options);
  if (box > size) {
    throw new MetricLearningError({
      where,
      expected: `box to be at most size (${size})`,
      got: `box: ${box}`,
    });
  }
  const amount = inkOf(pixels, ink);
  const bounds = boundsOf(amount, pixels.width, pixels.height);
  if (!bounds) return undefined;
  const fitted = shrunk(amount, pixels.width, bounds, box);
  return centered(fitted, size, full / 255);
}

/** A grey image. */
interface Grey {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How much ink each pixel has, 0 to 255. */
function inkOf(
  { data, width, height }: InkPixels,
  ink: 'opaque' | 'dark' | 'bright',
): Float32Array {
  const amount = new Float32Array(width * height);
  for (let i = 0; i < amount.length; i++) {
    const [red, green, blue, opacity] = [
      data[4 * i]!,
      data[4 * i + 1]!,
      data[4 * i + 2]!,
      data[4 * i + 3]!,
    ];
    const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
    amount[i] = ink === 'opaque' ? opacity : ((ink === 'dark' ? 255 - grey : grey) * opacity) / 255;
  }
  return amount;
}

function boundsOf(amount: Float32Array, width: number, height: number): Bounds | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (amount[y * width + x]! < least) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return undefined;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** What is within the bounds, its longer side `box` pixels long: each pixel is the mean of what it covers. */
function shrunk(amount: Float32Array, stride: number, bounds: Bounds, box: number): Grey {
  const scale = Math.max(bounds.width, bounds.height) / box;
  const width = Math.max(1, Math.round(bounds.width / scale));
  const height = Math.max(1, Math.round(bounds.height / scale));
  const across = shares(bounds.width, width);
  const down = shares(bounds.height, height);
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [row, part] of down[y]!) {
        const start = (bounds.top + row) * stride + bounds.left;
        for (const [column, share] of across[x]!) sum += part * share * amount[start + column]!;
      }
      values[y * width + x] = sum;
    }
  }
  return { values, width, height };
}

/** For each of `to` cells that cover `from` pixels: the pixels it covers, and their shares, which add up to 1. */
function shares(from: number, to: number): [pixel: number, share: number][][] {
  const each = from / to;
  return Array.from({ length: to }, (_, cell) => {
    const [start, end] = [cell * each, (cell + 1) * each];
    const covered: [number, number][] = [];
    for (let pixel = Math.floor(start); pixel < Math.min(from, end); pixel++) {
      const part = Math.min(end, pixel + 1) - Math.max(start, pixel);
      if (part > 0) covered.push([pixel, part / each]);
    }
    return covered;
  });
}

/** The picture on a square of `size`, moved by whole pixels so that its center of mass is the square's center. */
function centered({ values, width, height }: Grey, size: number, factor: number): Float32Array {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x]!;
      mass += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
    }
  }
  const place = (middle: number, length: number): number =>
    Math.min(size - length, Math.max(0, Math.round(size / 2 - middle)));
  const [left, top] = [place(sumX / mass, width), place(sumY / mass, height)];
  const image = new Float32Array(size * size);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      image[(top + y) * size + left + x] = factor * values[y * width + x]!;
    }
  }
  return image;
}

function checkPixels(where: string, pixels: InkPixels): void {
  const { data, width, height } = (pixels ?? {}) as Partial<InkPixels>;
  const fits =
    ArrayBuffer.isView(data) &&
    Number.isSafeInteger(width) &&
    Number.isSafeInteger(height) &&
    data.length === 4 * (width as number) * (height as number) &&
    data.length > 0;
  if (fits) return;
  throw new MetricLearningError({
    where,
    expected: 'pixels { data, width, height } with red, green, blue and opacity of each pixel',
    got: show(pixels),
    fix: "Pass canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).",
  });
}
