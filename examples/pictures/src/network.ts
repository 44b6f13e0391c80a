import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { unitLength } from 'tfjs-metric-learning';

/** Numbers in an embedding. */
export const embeddingSize = 128;

/**
 * Three 3 x 3 convolutions with batch normalization over the cells of a picture, twice halved in size, then a dense layer
 * that sees where in the picture each part is, and unit length. With 16 x 16 cells it has 1,145,088 parameters.
 */
export function pictureNetwork(shape: readonly number[], seed: number): LayersModel {
  let layer = 0;
  const start = () => initializers.heNormal({ seed: 1 + seed * 100 + layer++ });
  const convolution = (filters: number, inputShape?: readonly number[]) => [
    layers.conv2d({
      filters,
      kernelSize: 3,
      padding: 'same',
      useBias: false,
      kernelInitializer: start(),
      ...(inputShape && { inputShape: [...inputShape] }),
    }),
    layers.batchNormalization({ momentum: 0.9 }),
    layers.activation({ activation: 'relu' }),
  ];
  return sequential({
    layers: [
      ...convolution(96, shape),
      layers.maxPooling2d({ poolSize: 2 }),
      ...convolution(192),
      layers.maxPooling2d({ poolSize: 2 }),
      ...convolution(256),
      layers.flatten(),
      layers.dense({ units: embeddingSize, useBias: false, kernelInitializer: start() }),
      unitLength(),
    ],
  });
}
