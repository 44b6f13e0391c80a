import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { createRandom, unitLength } from 'tfjs-metric-learning';

/**
 * The network of the recipe `best`: two convolutions of 32 filters and one dense layer to embeddings of 64 numbers, brought
 * to unit length; for images of 28 x 28 it has 60,832 parameters.
 */
export function bestNetwork(height: number, width: number, seed: number): LayersModel {
  const random = createRandom(seed);
  const he = (name: string): ReturnType<typeof initializers.heUniform> =>
    initializers.heUniform({ seed: 1 + random.fork(name).integer(2 ** 31 - 1) }); // tfjs takes 0 for "no seed"
  const convolution = { filters: 32, kernelSize: 3, activation: 'relu' } as const;
  return sequential({
    layers: [
      layers.conv2d({
        ...convolution,
        inputShape: [height, width, 1],
        kernelInitializer: he('conv1'),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ ...convolution, kernelInitializer: he('conv2') }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 64, kernelInitializer: he('dense') }),
      unitLength(),
    ],
  });
}
