import { layers, sequential } from '@tensorflow/tfjs-layers';
import { noise } from './noise.mjs';

const shape = [32, 32, 3];

/**
 * A MobileNet-type base on 32 x 32 colour images: depthwise separable convolutions, batch norm, relu6, global
 * average pooling.
 */
export async function open() {
  const base = sequential();
  base.add(layers.inputLayer({ inputShape: shape }));
  for (const layer of convolution(16, 2)) base.add(layer);
  for (const layer of separable(32, 1)) base.add(layer);
  for (const layer of separable(64, 2)) base.add(layer);
  for (const layer of separable(64, 1)) base.add(layer);
  for (const layer of separable(128, 2)) base.add(layer);
  base.add(layers.globalAveragePooling2d({}));
  base.add(layers.dense({ units: 64 }));
  return { base, train: noise(shape) };
}

function convolution(filters, strides, kernelSize = 3) {
  return normalized(
    layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }),
  );
}

function separable(filters, strides) {
  const depthwise = { kernelSize: 3, strides, padding: 'same', useBias: false };
  return [...normalized(layers.depthwiseConv2d(depthwise)), ...convolution(filters, 1, 1)];
}

function normalized(layer) {
  return [layer, layers.batchNormalization({}), layers.reLU({ maxValue: 6 })];
}
