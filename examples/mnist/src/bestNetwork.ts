import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { unitLength } from 'tfjs-metric-learning';
import { heUniform } from '../../shared/heUniform.js';

/** Numbers in an embedding. */
export const embeddingSize = 64;

/** The filters of each of the three convolutions. */
export type Filters = readonly [number, number, number];

/**
 * The network of the recipe `best`: three convolutions and one dense layer to embeddings of 64 numbers, brought to unit
 * length. With 32, 64 and 64 filters and images of 28 x 28 it has 158,208 parameters.
 *
 * It has no batch normalization: the normalization doubles the time of a step, and more steps are worth more.
 */
export function bestNetwork(
  height: number,
  width: number,
  filters: Filters,
  seed: number,
): LayersModel {
  const he = heUniform(seed);
  const convolution = (place: 0 | 1 | 2): Parameters<typeof layers.conv2d>[0] => ({
    filters: filters[place],
    kernelSize: 3,
    activation: 'relu',
    kernelInitializer: he(`conv${place + 1}`),
  });
  return sequential({
    layers: [
      layers.conv2d({ ...convolution(0), inputShape: [height, width, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d(convolution(1)),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ ...convolution(2), padding: 'same' }),
      layers.flatten(),
      layers.dense({ units: embeddingSize, kernelInitializer: he('dense') }),
      unitLength(),
    ],
  });
}
