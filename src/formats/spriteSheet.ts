import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger, checkPositive, show } from '../internal/checks.ts';
import { encodePng, type Pixels } from './encodePng.ts';

/** Small images of one size in one large one, row by row from the top left. */
export interface Sprite {
  /** The large image as a PNG file. */
  readonly png: Uint8Array;
  /** The same as pixels of 1, 3 or 4 `channels`. */
  readonly pixels: Pixels;
  readonly channels: number;
  /** Size of the large image, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Size of a small image, in pixels. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Small images in a row. */
  readonly columns: number;
  /** Small images in all. */
  readonly count: number;
}

export interface SpriteSheetOptions {
  /** `[height, width]` of each image, with 1, 3 or 4 channels after it: `[28, 28]`, `[32, 32, 3]`. */
  readonly shape: readonly number[];
  /** What is 255 in the sprite, e.g. 1 for images from 0 to 1. Default 255. */
  readonly white?: number;
}

/** The largest side, in pixels, that TensorBoard and browsers show. */
const largestSprite = 8192;

/**
 * Images as one sprite sheet, as many rows as columns, the form TensorBoard's projector asks for.
 *
 * `images` holds one after the other in row-major order; values outside 0 .. `white` are clipped.
 *
 * @throws MetricLearningError if they are no whole number of images, or the sheet were larger than 8192 pixels.
 */
export async function spriteSheet(
  images: Pixels | Float32Array | Int32Array,
  options: SpriteSheetOptions,
): Promise<Sprite> {
  const { shape, white = 255 } = options;
  const [tileHeight, tileWidth, channels] = checkShape(shape);
  const size = tileHeight * tileWidth * channels;
  const count = images.length / size;
  if (!Number.isInteger(count) || count === 0) {
    throw new MetricLearningError({
      where: 'spriteSheet',
      expected: `images of ${tileHeight} * ${tileWidth} * ${channels} values each`,
      got: `${images.length} values`,
    });
  }
  checkPositive('spriteSheet', 'white', white);
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
      for (let k = 0; k < line; k++) pixels[to + k] = ((images[from + k] as number) * 255) / white;
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
