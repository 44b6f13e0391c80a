import { mul, type Tensor, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { between } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { imageShape } from './imageShape.ts';

export interface EraseImagesOptions {
  /** The share of images of which a part is erased. Default 0.5. */
  share?: number;
  /** The largest share of the area that is erased. Default 0.25. */
  area?: number;
}

export const eraseImagesOptions: OptionTable<EraseImagesOptions> = {
  share: preset(0.5, between(0, 1)),
  area: preset(0.25, between(0, 1)),
};

/**
 * An augmentation for `fit`: sets a rectangle of some images to 0, at a random place and of a random size.
 *
 * Images are [count, height, width, channels]. Nothing of them is read, so that it works on every backend.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if the examples are no images.
 * @example
 * await model.fit(photos, { augment: eraseImages({ share: 0.3, area: 0.2 }) });
 * @see Zhong et al.: Random Erasing Data Augmentation, AAAI 2020. https://arxiv.org/abs/1708.04896
 */
export function eraseImages(
  options: EraseImagesOptions = {},
): (images: Tensor, random: Random) => Tensor {
  const { share, area } = readOptions('eraseImages', eraseImagesOptions, options);
  return (images, random) => {
    const [count, height, width] = imageShape('eraseImages', images);
    const kept = new Float32Array(count * height * width).fill(1);
    for (let i = 0; i < count; i++) {
      const erased = random.next() < share;
      const part = area * random.next();
      const stretch = 2 ** (2 * random.next() - 1);
      const side = (size: number, factor: number): number =>
        Math.min(size, Math.round(size * Math.sqrt(part) * factor));
      const [tall, wide] = [side(height, stretch), side(width, 1 / stretch)];
      const top = random.integer(height - tall + 1);
      const left = random.integer(width - wide + 1);
      if (!erased) continue;
      for (let y = top; y < top + tall; y++) {
        const row = (i * height + y) * width;
        kept.fill(0, row + left, row + left + wide);
      }
    }
    return tidy(() => mul(images, tensor4d(kept, [count, height, width, 1])));
  };
}
