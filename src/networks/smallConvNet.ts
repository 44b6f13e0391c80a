import { initializers, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { checkBackend } from '../internal/checkBackend.ts';
import { type OptionKind, seed as seedKind, wholeNumber } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { createRandom } from '../random/createRandom.ts';

export interface SmallConvNetOptions {
  /** Height, width and channels of an image. Default [28, 28, 1]. */
  inputShape?: [height: number, width: number, channels: number];
  /** Length of an embedding. Default 128. */
  dims?: number;
  /** Decides the first weights. Default 0. */
  seed?: number;
}

const imageShape: OptionKind<[height: number, width: number, channels: number]> = {
  expected: 'three whole numbers [height, width, channels], height and width at least 10',
  accepts: (value) =>
    Array.isArray(value) &&
    value.length === 3 &&
    value.every((size, axis) => Number.isSafeInteger(size) && size >= (axis === 2 ? 1 : 10)),
};

export const smallConvNetOptions: OptionTable<SmallConvNetOptions> = {
  inputShape: made(() => [28, 28, 1], imageShape),
  dims: preset(128, wholeNumber(1)),
  seed: preset(0, seedKind),
};

/**
 * A small convolutional network for images, ready to be a TripletModel's base: for 28 x 28 grey images it has
 * 112,096 parameters.
 *
 * Two times 3 x 3 convolution to 32 channels (relu) and 2 x 2 max pooling, dropout 0.25, then a dense layer to
 * `dims` (relu). Filters begin uniform in ±0.05, which suits pixels from 0 to 255; dense weights begin Glorot uniform,
 * biases at zero.
 *
 * @throws MetricLearningError if an image is smaller than 10 x 10, `dims` is no whole number >= 1, or there is no tfjs
 * backend.
 *
 * @example const base = smallConvNet({ inputShape: [28, 28, 1], dims: 64, seed: 1 });
 */
export function smallConvNet(options: SmallConvNetOptions = {}): Sequential {
  const { inputShape, dims, seed } = readOptions('smallConvNet', smallConvNetOptions, options);
  checkBackend('smallConvNet');
  const random = createRandom(seed);
  const seedOf = (name: string): number => 1 + random.fork(name).integer(2 ** 31 - 1); // tfjs understands 0 as "no seed"
  const convolution = (name: string, shape = {}): ReturnType<typeof layers.conv2d> =>
    layers.conv2d({
      ...shape,
      filters: 32,
      kernelSize: 3,
      activation: 'relu',
      kernelInitializer: initializers.randomUniform({
        minval: -0.05,
        maxval: 0.05,
        seed: seedOf(name),
      }),
    });

  return sequential({
    layers: [
      convolution('conv1', { inputShape }),
      layers.maxPooling2d({ poolSize: 2 }),
      convolution('conv2'),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.25 }),
      layers.flatten(),
      layers.dense({
        units: dims,
        activation: 'relu',
        kernelInitializer: initializers.glorotUniform({ seed: seedOf('dense') }),
      }),
    ],
  });
}
