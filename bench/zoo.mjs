import { model as functional, input, layers, sequential } from '@tensorflow/tfjs-layers';

/**
 * Ten common networks, small: by name, the shape of an example and the network. bench/kernels.mjs says which kernels
 * their training steps run.
 */
export const zoo = {
  dense: () =>
    chain([64], [layers.dense({ units: 128, activation: 'relu' }), layers.dense({ units: 32 })]),
  cnn: () =>
    chain(
      [28, 28, 1],
      [
        layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu' }),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.dropout({ rate: 0.25 }),
        layers.flatten({}),
        layers.dense({ units: 32 }),
      ],
    ),
  mobileNet: () =>
    chain(
      [32, 32, 3],
      [
        ...normalized(layers.conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same' })),
        ...normalized(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' })),
        ...normalized(layers.conv2d({ filters: 32, kernelSize: 1 })),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 32 }),
      ],
    ),
  gru: () =>
    chain([20, 32], [layers.gru({ units: 32, recurrentInitializer }), layers.dense({ units: 32 })]),
  lstm: () =>
    chain(
      [20, 32],
      [layers.lstm({ units: 32, recurrentInitializer }), layers.dense({ units: 32 })],
    ),
  bidirectional: () =>
    chain(
      [20, 32],
      [
        layers.bidirectional({
          layer: layers.gru({ units: 16, recurrentInitializer, returnSequences: true }),
          mergeMode: 'concat',
        }),
        layers.globalAveragePooling1d({}),
        layers.dense({ units: 32 }),
      ],
    ),
  transformer,
  autoencoder: () =>
    chain(
      [16, 16, 1],
      [
        layers.conv2d({
          filters: 8,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          activation: 'relu',
        }),
        layers.conv2dTranspose({
          filters: 8,
          kernelSize: 3,
          strides: 2,
          padding: 'same',
          activation: 'relu',
        }),
        layers.conv2d({ filters: 1, kernelSize: 3, padding: 'same', activation: 'sigmoid' }),
        layers.flatten({}),
      ],
    ),
  text: () =>
    chain(
      [40, 16],
      [
        layers.conv1d({ filters: 32, kernelSize: 5, activation: 'relu' }),
        layers.globalMaxPooling1d({}),
        layers.dense({ units: 32 }),
      ],
    ),
  resNet,
};

/** The default, orthogonal, needs the chained ops of the union package. */
const recurrentInitializer = 'glorotUniform';

function chain(inputShape, list) {
  const network = sequential();
  network.add(layers.inputLayer({ inputShape }));
  for (const layer of list) network.add(layer);
  return { inputShape, network };
}

function normalized(layer) {
  return [layer, layers.batchNormalization({}), layers.reLU({ maxValue: 6 })];
}

/** One head of attention, a residual, layer normalization, and a dense layer at each of 16 places. */
function transformer() {
  const inputShape = [16, 32];
  const x = input({ shape: inputShape });
  const [query, key, value] = [0, 1, 2].map(() => layers.dense({ units: 32 }).apply(x));
  const scores = layers.dot({ axes: [2, 2] }).apply([query, key]);
  const attention = layers
    .dot({ axes: [2, 1] })
    .apply([layers.activation({ activation: 'softmax' }).apply(scores), value]);
  const residual = layers.layerNormalization({}).apply(layers.add().apply([x, attention]));
  const inner = layers.dense({ units: 64, activation: 'relu' }).apply(residual);
  const outer = layers.add().apply([residual, layers.dense({ units: 32 }).apply(inner)]);
  const pooled = layers
    .globalAveragePooling1d({})
    .apply(layers.layerNormalization({}).apply(outer));
  return { inputShape, network: functional({ inputs: x, outputs: pooled }) };
}

/** A residual block with batch normalization. */
function resNet() {
  const inputShape = [16, 16, 16];
  const x = input({ shape: inputShape });
  const convolution = { filters: 16, kernelSize: 3, padding: 'same', useBias: false };
  const through = (layer, y) => layers.batchNormalization({}).apply(layer.apply(y));
  const first = layers.reLU({}).apply(through(layers.conv2d(convolution), x));
  const second = through(layers.conv2d(convolution), first);
  const sum = layers.reLU({}).apply(layers.add().apply([x, second]));
  return {
    inputShape,
    network: functional({ inputs: x, outputs: layers.globalAveragePooling2d({}).apply(sum) }),
  };
}
