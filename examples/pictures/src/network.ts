import {
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';

/**
 * Four 3 x 3 convolutions with batch normalization, three times halved in size; the mean and the maximum of each channel
 * over the picture, then a dense layer. It has 455,680 parameters, and embeds in 128 numbers.
 */
export function pictureNetwork(size: number, seed: number): LayersModel {
  let layer = 0;
  const start = () => initializers.heNormal({ seed: 1 + seed * 100 + layer++ });
  const convolution = (x: SymbolicTensor, filters: number): SymbolicTensor => {
    const filtered = layers
      .conv2d({
        filters,
        kernelSize: 3,
        padding: 'same',
        useBias: false,
        kernelInitializer: start(),
      })
      .apply(x);
    const normalized = layers.batchNormalization({ momentum: 0.9 }).apply(filtered);
    return layers.activation({ activation: 'relu' }).apply(normalized) as SymbolicTensor;
  };
  const halve = (x: SymbolicTensor): SymbolicTensor =>
    layers.maxPooling2d({ poolSize: 2 }).apply(x) as SymbolicTensor;

  const picture = input({ shape: [size, size, 4] });
  const parts = convolution(
    halve(convolution(halve(convolution(halve(convolution(picture, 32)), 64)), 128)),
    256,
  );
  const both = layers
    .concatenate()
    .apply([
      layers.globalAveragePooling2d({}).apply(parts) as SymbolicTensor,
      layers.globalMaxPooling2d({}).apply(parts) as SymbolicTensor,
    ]);
  const embedding = layers
    .dense({ units: 128, useBias: false, kernelInitializer: start() })
    .apply(both) as SymbolicTensor;
  return model({ inputs: picture, outputs: embedding });
}
