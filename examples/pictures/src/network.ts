import {
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
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

/**
 * The network over cells as they are and moved by half a cell to each side: the mean of its five embeddings, with unit
 * length. What depends on where the grid of cells lies falls out.
 */
export function overHalfCells(network: LayersModel, shape: readonly number[]): LayersModel {
  const cells = input({ shape: [...shape] });
  const left = halfCell(cells, [1, 2]);
  const up = halfCell(cells, [2, 1]);
  const right = wholeCell(left, [0, 1]);
  const down = wholeCell(up, [1, 0]);
  const embeddings = [cells, left, up, right, down].map(
    (moved) => network.apply(moved) as SymbolicTensor,
  );
  const mean = layers.average().apply(embeddings);
  return model({ inputs: cells, outputs: unitLength().apply(mean) as SymbolicTensor });
}

/** Each cell becomes the mean of itself and the next one: a move by half a cell to the left, or up. */
function halfCell(cells: SymbolicTensor, poolSize: [number, number]): SymbolicTensor {
  const mean = layers.averagePooling2d({ poolSize, strides: [1, 1], padding: 'same' });
  return mean.apply(cells) as SymbolicTensor;
}

/** Moves by whole cells down and to the right; what leaves the picture is cut off. */
function wholeCell(cells: SymbolicTensor, [y, x]: [number, number]): SymbolicTensor {
  const cut = layers
    .cropping2D({
      cropping: [
        [0, y],
        [0, x],
      ],
    })
    .apply(cells);
  return layers
    .zeroPadding2d({
      padding: [
        [y, 0],
        [x, 0],
      ],
    })
    .apply(cut) as SymbolicTensor;
}
