import {
  engine,
  type GradConfig,
  getGradient,
  type NamedTensorMap,
  registerGradient,
  type Tensor,
  tidy,
  unregisterGradient,
} from '@tensorflow/tfjs-core';
import type { SimdKernelName } from './kernelNames.ts';
import type {
  BatchNormAttrs,
  BatchNormGradientInputs,
  BatchNormTrainingInputs,
  MovingAverageAttrs,
  MovingAverageInputs,
} from './kernels/batchNorm.ts';
import type {
  LayerNormAttrs,
  LayerNormGradientInputs,
  LayerNormInputs,
} from './kernels/layerNorm.ts';
import { replaceCall } from './replaceCall.ts';

/** A parameter of a layer of tfjs-layers. */
interface Parameter {
  read(): Tensor;
  write(value: Tensor): void;
}

interface BatchNormalizationLayer {
  readonly axis: number;
  readonly momentum: number;
  readonly epsilon: number;
  /** The scale and the offset; undefined where the layer has none. */
  readonly gamma?: Parameter | null;
  readonly beta?: Parameter | null;
  readonly movingMean: Parameter;
  readonly movingVariance: Parameter;
}

interface LayerNormalizationLayer {
  readonly axis: number | readonly number[];
  readonly epsilon: number;
  readonly gamma?: Parameter | null;
  readonly beta?: Parameter | null;
}

/**
 * Lets `layers.batchNormalization`, while training, and `layers.layerNormalization` compute their output in one kernel,
 * and its gradient in another, while the simd backend is in use. tfjs-layers takes a dozen operations for the one, and
 * repeats moments and parameters to the size of the input for the other.
 *
 * Layers that normalize along another axis than the last keep their own way, and so do those without scale or offset.
 *
 * @returns a function that restores the layers; undefined while tfjs-layers is not there.
 */
export function replaceNormalization(): (() => void) | undefined {
  const restoreBatch = replaceCall<BatchNormalizationLayer>(
    'BatchNormalization',
    (layer, x, options) => {
      const { axis, gamma, beta } = layer;
      const isByChannel = x.rank >= 2 && x.rank <= 4 && (axis === -1 || axis === x.rank - 1);
      if (!options.training || !isByChannel || !gamma || !beta) return undefined;
      return normalizeBatch(layer, x, gamma, beta);
    },
  );
  const restoreLayer = replaceCall<LayerNormalizationLayer>('LayerNormalization', (layer, x) => {
    const { gamma, beta } = layer;
    const [axis, second] = [layer.axis].flat();
    const isByRow = x.rank >= 2 && x.rank <= 4 && second === undefined && axis === x.rank - 1;
    if (!isByRow || !gamma || !beta) return undefined;
    return normalizeRows(layer, x, gamma, beta);
  });
  if (!restoreBatch || !restoreLayer) return undefined;
  for (const gradient of gradients) registerGradient(gradient);
  return () => {
    restoreBatch();
    restoreLayer();
    for (const { kernelName } of gradients) {
      if (getGradient(kernelName)) unregisterGradient(kernelName);
    }
  };
}

function normalizeBatch(
  layer: BatchNormalizationLayer,
  x: Tensor,
  gamma: Parameter,
  beta: Parameter,
): Tensor {
  const { momentum, epsilon, movingMean, movingVariance } = layer;
  return tidy(() => {
    const inputs = { x, scale: gamma.read(), offset: beta.read() };
    const attrs = { epsilon } satisfies BatchNormAttrs;
    const [out, mean, variance] = run(
      'SimdBatchNormTraining',
      inputs satisfies Record<keyof BatchNormTrainingInputs, Tensor>,
      attrs,
    ) as [Tensor, Tensor, Tensor];
    const rate = { rate: 1 - momentum } satisfies MovingAverageAttrs;
    const [newMean, newVariance] = [
      { average: movingMean.read(), value: mean },
      { average: movingVariance.read(), value: variance },
    ].map((moving: Record<keyof MovingAverageInputs, Tensor>) =>
      run('SimdMovingAverage', moving, rate),
    ) as [Tensor, Tensor];
    movingMean.write(newMean);
    movingVariance.write(newVariance);
    return out;
  });
}

function normalizeRows(
  { epsilon }: LayerNormalizationLayer,
  x: Tensor,
  gamma: Parameter,
  beta: Parameter,
): Tensor {
  return tidy(() => {
    const inputs = { x, scale: gamma.read(), offset: beta.read() };
    const attrs = { epsilon } satisfies LayerNormAttrs;
    const outputs = run(
      'SimdLayerNorm',
      inputs satisfies Record<keyof LayerNormInputs, Tensor>,
      attrs,
    );
    return (outputs as Tensor[])[0]!;
  });
}

/** The gradients of the kernels above. */
const gradients: readonly GradConfig[] = [
  {
    kernelName: 'SimdBatchNormTraining' satisfies SimdKernelName,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, true, true],
    gradFunc(dys, saved, attrs) {
      const [x, scale, mean, variance] = saved as [Tensor, Tensor, Tensor, Tensor];
      const dy = (dys as Tensor[])[0]!;
      const inputs: Record<keyof BatchNormGradientInputs, Tensor> = {
        x,
        scale,
        mean,
        variance,
        dy,
      };
      const [dx, dScale, dOffset] = run('SimdBatchNormTrainingGradient', inputs, attrs) as Tensor[];
      return { x: () => dx!, scale: () => dScale!, offset: () => dOffset! };
    },
  },
  {
    kernelName: 'SimdLayerNorm' satisfies SimdKernelName,
    inputsToSave: ['x', 'scale'],
    outputsToSave: [false, true],
    gradFunc(dys, saved) {
      const [x, scale, moments] = saved as [Tensor, Tensor, Tensor];
      const dy = (dys as Tensor[])[0]!;
      const inputs: Record<keyof LayerNormGradientInputs, Tensor> = { x, scale, moments, dy };
      const [dx, dScale, dOffset] = run('SimdLayerNormGradient', inputs, {}) as Tensor[];
      return { x: () => dx!, scale: () => dScale!, offset: () => dOffset! };
    },
  },
];

function run(name: SimdKernelName, inputs: NamedTensorMap, attrs: object): Tensor | Tensor[] {
  return engine().runKernel(name, inputs, { ...attrs });
}
