import { layers, sequential } from '@tensorflow/tfjs-layers';
import { createRandom } from 'tfjs-metric-learning';

const shape = [32, 32, 3];
const classes = 10;
const each = 20;

/**
 * A MobileNet-type base on 32 x 32 colour images: depthwise separable convolutions, batch norm, relu6, global
 * average pooling. The images are noise around a colour for each class: the time of a step is the same.
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
  return { base, train: noisyColours() };
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

function noisyColours() {
  const random = createRandom(1);
  const labels = Int32Array.from({ length: classes * each }, (_, i) => i % classes);
  const size = shape[0] * shape[1] * shape[2];
  const examples = Float32Array.from(
    { length: labels.length * size },
    (_, i) => labels[Math.floor(i / size)] / classes + random.next(),
  );
  return { examples, labels };
}
