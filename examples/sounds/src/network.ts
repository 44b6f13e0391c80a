import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { unitLength } from 'tfjs-metric-learning';

/**
 * Three convolutions with batch normalization over a spectrogram [pitch, time, 1], each followed by a halving of its size; then
 * the mean of each two steps in time, and a dense layer that knows which pitch is which.
 */
export function soundNetwork(shape: readonly [number, number, number], seed: number): LayersModel {
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
    layers.maxPooling2d({ poolSize: 2 }),
  ];
  return sequential({
    layers: [
      ...convolution(16, shape),
      ...convolution(32),
      ...convolution(64),
      layers.averagePooling2d({ poolSize: [1, 2] }),
      layers.flatten(),
      layers.dense({ units: 64, useBias: false, kernelInitializer: start() }),
      unitLength(),
    ],
  });
}
