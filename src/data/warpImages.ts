import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { between, flag, nonNegative } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { readNow } from '../ops/readNow.ts';
import type { Random } from '../random/createRandom.ts';
import { imageShape } from './imageShape.ts';

export interface WarpImagesOptions {
  /** Rotates by up to so many degrees, in either direction. Default 10. */
  rotation?: number;
  /** Scales height and width, each by itself, by up to this share up or down. Default 0.1. */
  scale?: number;
  /** Slants: a pixel at distance d above or below the middle moves sideways by up to this times d. Default 0.1. */
  shear?: number;
  /** Moves by up to so many pixels along both axes, also by parts of a pixel. Default 1. */
  shift?: number;
  /**
   * Distorts: sixteen points of the image, four by four, move by up to so many pixels along both axes, and the pixels
   * between them follow. Default 0.
   */
  elastic?: number;
  /** Whether half of the images are mirrored, left to right. Default false. */
  mirror?: boolean;
}

export const warpImagesOptions: OptionTable<WarpImagesOptions> = {
  rotation: preset(10, between(0, 180)),
  scale: preset(0.1, between(0, 0.9)),
  shear: preset(0.1, nonNegative),
  shift: preset(1, nonNegative),
  elastic: preset(0, nonNegative),
  mirror: preset(false, flag),
};

/** Knots of the elastic distortion along each axis. */
const knots = 4;

/**
 * An augmentation for `fit`: rotates, scales, slants, moves, distorts and mirrors each image at random, all in one
 * bilinear resampling, so that the image is blurred once only. Pixels from outside are 0.
 *
 * Each amount is drawn evenly from its range, for each image by itself. Images are [count, height, width, channels]. Their
 * values are read synchronously, which webgpu cannot do.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if the examples are no images.
 * @example
 * const augment = warpImages({ rotation: 10, scale: 0.1, shift: 1.5, elastic: 1 });
 * await model.fit({ examples, labels }, { augment }); // handwriting: turned, stretched, bent
 * @see Simard, Steinkraus, Platt: Best Practices for Convolutional Neural Networks Applied to Visual Document
 * Analysis, ICDAR 2003. https://doi.org/10.1109/ICDAR.2003.1227801
 */
export function warpImages(
  options: WarpImagesOptions = {},
): (images: Tensor, random: Random) => Tensor {
  const read = readOptions('warpImages', warpImagesOptions, options);
  return (images, random) => {
    const shape = imageShape('warpImages', images);
    const [count, height, width, channels] = shape;
    const pixels = readNow('warpImages', images);
    const warped = new Float32Array(pixels.length);
    const size = height * width * channels;
    for (let i = 0; i < count; i++) {
      const warp = drawWarp(read, random);
      const [start, end] = [i * size, (i + 1) * size];
      resample(pixels.subarray(start, end), warped.subarray(start, end), shape, warp);
    }
    return tensor(warped, images.shape);
  };
}

/** Where the pixels of a warped image come from, about the middle of the image. */
interface Warp {
  /** `fromY = yy * y + yx * x + y0`, and `fromX` likewise; the elastic distortion comes on top. */
  readonly affine: readonly [
    yy: number,
    yx: number,
    y0: number,
    xy: number,
    xx: number,
    x0: number,
  ];
  /** How far each knot moves: down and right in turn, row by row; undefined without distortion. */
  readonly moves: Float64Array | undefined;
}

function drawWarp(options: Required<WarpImagesOptions>, random: Random): Warp {
  const { rotation, scale, shear, shift, elastic, mirror } = options;
  const draw = (reach: number): number => (2 * random.next() - 1) * reach;
  const angle = (draw(rotation) * Math.PI) / 180;
  const [tall, wide] = [1 / (1 + draw(scale)), 1 / (1 + draw(scale))];
  const slant = draw(shear);
  const [down, right] = [draw(shift), draw(shift)];
  const side = mirror && random.next() < 0.5 ? -1 : 1;
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const moves =
    elastic === 0
      ? undefined
      : Float64Array.from({ length: 2 * knots * knots }, () => draw(elastic));
  return {
    affine: [
      cosine * tall,
      -sine * tall,
      -down,
      (sine + slant * cosine) * wide * side,
      (cosine - slant * sine) * wide * side,
      -right,
    ],
    moves,
  };
}

/** Writes an image, taken from where the warp says, into `to`, which is all 0. */
function resample(
  from: Float32Array,
  to: Float32Array,
  [, height, width, channels]: ImageShape,
  { affine: [yy, yx, y0, xy, xx, x0], moves }: Warp,
): void {
  const middleY = (height - 1) / 2;
  const middleX = (width - 1) / 2;
  const knotsOfRow = new Float64Array(2 * knots);
  for (let row = 0; row < height; row++) {
    if (moves !== undefined) movesOfRow(moves, place(row, height), knotsOfRow);
    const y = row - middleY;
    for (let column = 0; column < width; column++) {
      const x = column - middleX;
      let fromY = yy * y + yx * x + y0 + middleY;
      let fromX = xy * y + xx * x + x0 + middleX;
      if (moves !== undefined) {
        const knot = place(column, width);
        const first = Math.min(Math.floor(knot), knots - 2);
        const share = knot - first;
        const at = 2 * first;
        fromY += (1 - share) * knotsOfRow[at]! + share * knotsOfRow[at + 2]!;
        fromX += (1 - share) * knotsOfRow[at + 1]! + share * knotsOfRow[at + 3]!;
      }
      const top = Math.floor(fromY);
      const left = Math.floor(fromX);
      if (top < -1 || left < -1 || top >= height || left >= width) continue;
      const below = fromY - top;
      const beside = fromX - left;
      // The weights of the four pixels around the place; 0 for those outside.
      const upper = top < 0 ? 0 : 1 - below;
      const lower = top + 1 >= height ? 0 : below;
      const near = left < 0 ? 0 : 1 - beside;
      const far = left + 1 >= width ? 0 : beside;
      const source = (top * width + left) * channels;
      const target = (row * width + column) * channels;
      for (let c = 0; c < channels; c++) {
        const at = source + c;
        let value = 0;
        if (upper * near > 0) value += upper * near * from[at]!;
        if (upper * far > 0) value += upper * far * from[at + channels]!;
        if (lower * near > 0) value += lower * near * from[at + width * channels]!;
        if (lower * far > 0) value += lower * far * from[at + (width + 1) * channels]!;
        to[target + c] = value;
      }
    }
  }
}

/** Where a row or column lies among the knots: 0 at the first, knots - 1 at the last. */
function place(index: number, size: number): number {
  return size === 1 ? 0 : (index / (size - 1)) * (knots - 1);
}

/** How the four columns of knots move at a height between two rows of them. */
function movesOfRow(moves: Float64Array, height: number, out: Float64Array): void {
  const first = Math.min(Math.floor(height), knots - 2);
  const share = height - first;
  for (let i = 0; i < 2 * knots; i++) {
    const at = 2 * knots * first + i;
    out[i] = (1 - share) * moves[at]! + share * moves[at + 2 * knots]!;
  }
}

type ImageShape = readonly [count: number, height: number, width: number, channels: number];
