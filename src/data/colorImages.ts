import {
  add,
  clipByValue,
  concat,
  mean,
  mul,
  slice,
  sub,
  type Tensor,
  tensor4d,
  tidy,
} from '@tensorflow/tfjs-core';
import { between, positive } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { imageShape } from './imageShape.ts';

export interface ColorImagesOptions {
  /** Adds up to this share of `white`, or subtracts it. Default 0.1. */
  brightness?: number;
  /** Moves values away from the middle of the range or towards it, by up to this share. Default 0.2. */
  contrast?: number;
  /** Moves colors away from gray or towards it, by up to this share. Default 0.3. */
  saturation?: number;
  /** Adds up to this share of `white` to each channel by itself, or subtracts it. Default 0.05. */
  tint?: number;
  /** The share of images that become gray. Default 0. */
  gray?: number;
  /** The value of white: 255 for bytes, 1 for values from 0 to 1. Default 255. */
  white?: number;
}

const amount = between(0, 1);

export const colorImagesOptions: OptionTable<ColorImagesOptions> = {
  brightness: preset(0.1, amount),
  contrast: preset(0.2, amount),
  saturation: preset(0.3, amount),
  tint: preset(0.05, amount),
  gray: preset(0, amount),
  white: preset(255, positive),
};

/**
 * An augmentation for `fit`: changes brightness, contrast, saturation and tint of each image, by amounts that are drawn
 * evenly from their ranges. Values stay from 0 to `white`.
 *
 * Images are [count, height, width, channels]; a fourth channel is opacity and stays as it is. Nothing of them is read, so
 * that it works on every backend.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if the examples are no images.
 * @example
 * await model.fit(photos, { augment: colorImages({ brightness: 0.2, gray: 0.1 }) });
 */
export function colorImages(
  options: ColorImagesOptions = {},
): (images: Tensor, random: Random) => Tensor {
  const values = readOptions('colorImages', colorImagesOptions, options);
  const { brightness, contrast, saturation, tint, gray, white } = values;
  return (images, random) => {
    const [count, height, width, channels] = imageShape('colorImages', images);
    const colors = channels === 4 ? 3 : channels;
    const draw = (reach: number): number => (2 * random.next() - 1) * reach;
    const [stretches, offsets, pulls]: [number[], number[], number[]] = [[], [], []];
    for (let i = 0; i < count; i++) {
      const stretch = 1 + draw(contrast);
      const light = draw(brightness);
      pulls.push(random.next() < gray ? 0 : 1 + draw(saturation));
      stretches.push(stretch);
      for (let c = 0; c < colors; c++) {
        // About the middle of the range: (x - white / 2) * stretch + white / 2.
        offsets.push(white * (light + draw(tint) + (1 - stretch) / 2));
      }
    }
    return tidy(() => {
      const parts = (from: number, size: number): Tensor =>
        slice(images, [0, 0, 0, from], [count, height, width, size]);
      const color = colors === channels ? images : parts(0, colors);
      const middle = mean(color, 3, true);
      const pulled = add(middle, mul(sub(color, middle), tensor4d(pulls, [count, 1, 1, 1])));
      const changed = add(
        mul(pulled, tensor4d(stretches, [count, 1, 1, 1])),
        tensor4d(offsets, [count, 1, 1, colors]),
      );
      const clipped = clipByValue(changed, 0, white);
      return colors === channels ? clipped : concat([clipped, parts(colors, 1)], 3);
    });
  };
}
