import { image, type Tensor, type Tensor4D, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { between, flag } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { imageShape } from './imageShape.ts';

export interface CropImagesOptions {
  /** The least share of the area that is kept, from 0.05 to 1. Default 0.5. */
  area?: number;
  /** How much the proportions may change: height and width differ by up to this factor, from 1 to 4. Default 1.33. */
  ratio?: number;
  /** Whether half of the images are mirrored, left to right. Default false. */
  mirror?: boolean;
}

export const cropImagesOptions: OptionTable<CropImagesOptions> = {
  area: preset(0.5, between(0.05, 1)),
  ratio: preset(1.33, between(1, 4)),
  mirror: preset(false, flag),
};

/**
 * An augmentation for `fit`: a part of each image, drawn at random, resized to the whole (bilinear). With `area: 1` and
 * `ratio: 1` it only mirrors.
 *
 * Images are [count, height, width, channels] of any values; nothing of them is read, so that it works on every backend.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if the examples are no images.
 * @example
 * const augment = cropImages({ area: 0.6, mirror: true });
 * await model.fit(photos, { augment, views: 2 }); // two views of each photo, for simClrLoss
 * @see Szegedy et al.: Going deeper with convolutions, CVPR 2015. https://arxiv.org/abs/1409.4842
 */
export function cropImages(
  options: CropImagesOptions = {},
): (images: Tensor, random: Random) => Tensor {
  const { area, ratio, mirror } = readOptions('cropImages', cropImagesOptions, options);
  return (images, random) => {
    const [count, height, width] = imageShape('cropImages', images);
    const boxes = Array.from({ length: count }, () => {
      const kept = area + (1 - area) * random.next();
      const stretch = ratio ** (random.next() - 0.5);
      const [tall, wide] = [Math.sqrt(kept) * stretch, Math.sqrt(kept) / stretch].map((side) =>
        Math.min(side, 1),
      ) as [number, number];
      const [top, left] = [random.next() * (1 - tall), random.next() * (1 - wide)];
      const mirrored = mirror && random.next() < 0.5;
      const [from, to] = mirrored ? [left + wide, left] : [left, left + wide];
      return [top, from, top + tall, to];
    });
    return tidy(() => {
      const each = tensor1d(
        Int32Array.from({ length: count }, (_, i) => i),
        'int32',
      );
      const size: [number, number] = [height, width];
      return image.cropAndResize(images as Tensor4D, tensor2d(boxes, [count, 4]), each, size);
    });
  };
}
