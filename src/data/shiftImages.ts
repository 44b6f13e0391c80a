import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { wholeNumber } from '../internal/optionKinds.ts';
import { readOptions, required } from '../internal/readOptions.ts';
import { readNow } from '../ops/readNow.ts';
import type { Random } from '../random/createRandom.ts';
import { imageShape } from './imageShape.ts';

/**
 * An augmentation for `fit`: moves each image by up to `reach` pixels along both axes; all shifts are
 * equally probable, and the pixels that move in from outside are 0.
 *
 * Images are [count, height, width, channels]. Their values are read synchronously, which webgpu cannot do.
 *
 * @throws MetricLearningError if `reach` is no whole number >= 0; at use if the examples are no images.
 * @example
 * await model.fit({ examples, labels }, { augment: shiftImages(2) }); // by up to 2 pixels
 */
export function shiftImages(reach: number): (images: Tensor, random: Random) => Tensor {
  readOptions('shiftImages', { reach: required(wholeNumber(0)) }, { reach });
  return (images, random) => {
    const [count, height, width, channels] = imageShape('shiftImages', images);
    const pixels = readNow('shiftImages', images);
    const moved = new Float32Array(pixels.length);
    const draw = (): number => random.integer(2 * reach + 1) - reach;
    const rowLength = width * channels;
    for (let i = 0; i < count; i++) {
      const [down, right] = [draw(), draw() * channels];
      if (Math.abs(right) >= rowLength) continue; // nothing of it is left
      for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
        const to = (i * height + y) * rowLength;
        const from = to - down * rowLength;
        const end = from + rowLength - Math.max(0, right);
        moved.set(pixels.subarray(from + Math.max(0, -right), end), to + Math.max(0, right));
      }
    }
    return tensor(moved, images.shape);
  };
}
