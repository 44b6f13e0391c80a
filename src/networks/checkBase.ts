import { LayersModel, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { allLayers } from './frozenLayers.ts';

/** What a network that embeds looks like from outside. */
export interface BaseShape {
  /** Shape of one example, null where any size goes. */
  readonly input: (number | null)[];
  readonly inputDtype: SymbolicTensor['dtype'];
  /** Length of an embedding. */
  readonly dims: number;
}

/** The shape of a base network; throws unless it has one input [batch, ...] and one output [batch, dims]. */
export function checkBase(where: string, base: LayersModel): BaseShape {
  if (typeof base?.apply !== 'function' || !Array.isArray(base.layers)) {
    throw new MetricLearningError({
      where,
      expected: 'base to be a tfjs LayersModel',
      got: show(base),
      fix: 'Make one with sequential(..) or model(..) of @tensorflow/tfjs-layers.',
    });
  }
  if (!(base instanceof LayersModel)) {
    throw new MetricLearningError({
      where,
      expected:
        'base to be a LayersModel of the same copy of @tensorflow/tfjs-layers as this library uses',
      got: 'a LayersModel of another copy',
      fix: 'Run npm ls @tensorflow/tfjs-layers, and install one version of it only (npm dedupe).',
    });
  }
  const { inputs, outputs } = base as LayersModel;
  if (!inputs?.length || !outputs?.length) {
    throw new MetricLearningError({
      where,
      expected: 'base to have a known input shape',
      got: 'a Sequential model without layers',
      fix: 'Add some, the first one with an inputShape.',
    });
  }
  if (inputs.length !== 1 || outputs.length !== 1) {
    throw new MetricLearningError({
      where,
      expected: 'base to have one input and one output',
      got: `${inputs.length} inputs and ${outputs.length} outputs`,
      fix: 'Join several inputs in one network with one input, or embed from one of the outputs.',
    });
  }
  const [{ shape: inputShape, dtype }, { shape: outputShape }] = [inputs[0]!, outputs[0]!];
  const dims = outputShape[1];
  if (outputShape.length !== 2 || dims === null || dims === undefined) {
    throw new MetricLearningError({
      where,
      expected: 'base to have an output of shape [batch, dims]',
      got: `[${outputShape.map((size) => size ?? 'any').join(', ')}]`,
      fix: 'End it with flatten(), globalAveragePooling2d() or a dense layer.',
    });
  }
  const stateful = allLayers(base).find(({ layer }) => layer.stateful && 'cell' in layer);
  if (stateful !== undefined) {
    throw new MetricLearningError({
      where,
      expected: 'a base whose embedding of an example does not depend on the examples before it',
      got: `the layer ${stateful.layer.name} with stateful: true`,
      fix: 'Leave stateful out: each example is then a sequence of its own.',
    });
  }
  return { input: inputShape.slice(1), inputDtype: dtype, dims };
}
