import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger, show } from '../internal/checks.ts';
import { positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../internal/readOptions.ts';
import { encodePng, type Pixels } from './encodePng.ts';

/** A sprite sheet: small images of one size in one large image, row by row from the top left. */
export interface Sprite {
  /** The large image as a PNG file. */
  readonly png: Uint8Array;
  /** The large image as pixels. */
  readonly pixels: Pixels;
  /** Bytes a pixel: 1 (gray), 3 (RGB) or 4 (RGBA). */
  readonly channels: number;
  /** Size of the large image in pixels. */
  readonly width: number;
  readonly height: number;
  /** Size of a small image in pixels. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Number of small images in a row. */
  readonly columns: number;
  /** Number of small images. */
  readonly count: number;
}

export interface SpriteSheetOptions {
  /** `[height, width]` of each image, with 1, 3 or 4 channels after it: `[28, 28]`, `[32, 32, 3]`. */
  readonly shape: readonly number[];
  /** The value that becomes 255, e.g. 1 for images from 0 to 1. Default 255. */
  readonly white?: number;
}

const spriteSheetRules: OptionTable<SpriteSheetOptions> = {
  shape: required({
    expected: '[height, width] or [height, width, 1, 3 or 4]',
    accepts: (value) => Array.isArray(value),
  }),
  white: preset(255, positive),
};

/** The largest side, in pixels, that TensorBoard and browsers show. */
const largestSprite = 8192;

/**
 * Puts images into one sprite sheet with as many rows as columns, the form that TensorBoard's projector needs.
 *
 * `images` holds one image after the other in row-major order; values outside 0 to `white` are clipped.
 *
 * @throws MetricLearningError if the values are not a whole number of images, or the sheet would be larger than 8192
 * pixels.
 * @example
 * const thumbnails = await spriteSheet(pixels, { shape: [28, 28] });
 * const page = embeddingMapHtml({ maps, labels, thumbnails });
 */
export async function spriteSheet(
  images: Pixels | Float32Array | Int32Array,
  options: SpriteSheetOptions,
): Promise<Sprite> {
  const { shape, white } = readOptions('spriteSheet', spriteSheetRules, options);
  if (!ArrayBuffer.isView(images)) {
    throw new MetricLearningError({
      where: 'spriteSheet',
      expected: 'images to be a Uint8Array, Float32Array or Int32Array, one image after the other',
      got: show(images),
      ...(typeof (images as { data?: unknown } | null)?.data === 'function' && {
        fix: 'Read a tensor of images with await images.data().',
      }),
    });
  }
  const [tileHeight, tileWidth, channels] = checkShape(shape);
  const size = tileHeight * tileWidth * channels;
  const count = images.length / size;
  if (!Number.isInteger(count) || count === 0) {
    throw new MetricLearningError({
      where: 'spriteSheet',
      expected: `images of ${tileHeight} * ${tileWidth} * ${channels} values each, at least one`,
      got: `${images.length} values`,
    });
  }
  const unknown = images.findIndex((value) => Number.isNaN(value));
  if (unknown >= 0) {
    throw new MetricLearningError({
      where: 'spriteSheet',
      expected: 'images to be finite',
      got: `NaN in image ${Math.floor(unknown / size)}`,
    });
  }
  const columns = Math.ceil(Math.sqrt(count));
  const [width, height] = [columns * tileWidth, columns * tileHeight];
  if (Math.max(width, height) > largestSprite) {
    const most = Math.floor(largestSprite / Math.max(tileWidth, tileHeight)) ** 2;
    throw new MetricLearningError({
      where: 'spriteSheet',
      expected: `a sprite of at most ${largestSprite} x ${largestSprite} pixels`,
      got: `${width} x ${height} for ${count} images`,
      fix: `Show at most ${most} images of this size, or make them smaller.`,
    });
  }
  const pixels = new Uint8ClampedArray(width * height * channels);
  const line = tileWidth * channels;
  for (let i = 0; i < count; i++) {
    const corner = Math.floor(i / columns) * tileHeight * width + (i % columns) * tileWidth;
    for (let row = 0; row < tileHeight; row++) {
      const to = (corner + row * width) * channels;
      const from = i * size + row * line;
      for (let k = 0; k < line; k++) pixels[to + k] = (images[from + k]! * 255) / white;
    }
  }
  const png = await encodePng(pixels, width, height);
  return { png, pixels, channels, width, height, tileWidth, tileHeight, columns, count };
}

function checkShape(shape: readonly number[]): [number, number, number] {
  const [height, width, channels = 1] = Array.isArray(shape) ? shape : [];
  if (
    !Array.isArray(shape) ||
    shape.length < 2 ||
    shape.length > 3 ||
    ![1, 3, 4].includes(channels)
  ) {
    throw new MetricLearningError({
      where: 'spriteSheet',
      expected: 'shape to be [height, width] or [height, width, 1, 3 or 4]',
      got: show(shape),
    });
  }
  checkInteger('spriteSheet', 'height', height);
  checkInteger('spriteSheet', 'width', width);
  return [height, width, channels];
}
