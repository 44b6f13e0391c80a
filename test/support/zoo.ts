import { add, mean, mul, serialization, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import {
  model as functional,
  initializers,
  input,
  type LayersModel,
  layers,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import { glorot } from './glorot.ts';

type Weight = ReturnType<layers.Layer['addWeight']>;

/** A layer of a user's own that keeps a statistic: the running mean of its inputs, which it subtracts. */
class RunningMean extends layers.Layer {
  static readonly className = 'RunningMean';
  #mean: Weight | undefined;

  override build(inputShape: (number | null)[]): void {
    const shape = [inputShape.at(-1) as number];
    this.#mean = this.addWeight(
      'mean',
      shape,
      'float32',
      initializers.zeros(),
      null as never,
      false,
    );
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: { training?: boolean }): Tensor {
    return tidy(() => {
      const rows = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor;
      const weight = this.#mean as Weight;
      if (kwargs.training === true) {
        weight.write(add(mul(weight.read(), 0.5), mul(mean(rows, 0), 0.5)));
      }
      return sub(rows, weight.read());
    });
  }

  override computeOutputShape(inputShape: (number | null)[]): (number | null)[] {
    return inputShape;
  }
}
serialization.registerClass(RunningMean);

const dense = (units: number, seed: number, rest = {}): layers.Layer =>
  layers.dense({ units, kernelInitializer: glorot(seed), ...rest });
const first = { inputShape: [4] };
const recurrent = {
  units: 3,
  kernelInitializer: glorot(2),
  recurrentInitializer: glorot(3),
};

const blocks = (): LayersModel =>
  sequential({ layers: [dense(4, 1, first), layers.batchNormalization({ momentum: 0.5 })] });

/** Networks of many kinds, each with input [4] and output [3]; the same first weights at each call. */
export const zoo: readonly (readonly [name: string, make: () => LayersModel])[] = [
  ['dense layers', () => sequential({ layers: [dense(5, 1, first), dense(3, 2)] })],
  [
    'batch normalization',
    () =>
      sequential({
        layers: [dense(5, 1, first), layers.batchNormalization({ momentum: 0.5 }), dense(3, 2)],
      }),
  ],
  [
    'dropout',
    () => sequential({ layers: [dense(8, 1, first), layers.dropout({ rate: 0.3 }), dense(3, 2)] }),
  ],
  [
    'a GRU',
    () =>
      sequential({
        layers: [layers.reshape({ targetShape: [2, 2], ...first }), layers.gru(recurrent)],
      }),
  ],
  [
    'an LSTM',
    () =>
      sequential({
        layers: [layers.reshape({ targetShape: [2, 2], ...first }), layers.lstm(recurrent)],
      }),
  ],
  [
    'a bidirectional LSTM',
    () => {
      // tfjs makes the backward layer as the forward layer is made: with the same first weights.
      const layer = layers.lstm({ ...recurrent, units: 2 }) as never;
      const both = layers.bidirectional({ layer, mergeMode: 'concat' });
      const steps = layers.reshape({ targetShape: [2, 2], ...first });
      return sequential({ layers: [steps, both, dense(3, 4)] });
    },
  ],
  [
    'recurrent layers with dropout, one upon the other',
    () =>
      sequential({
        layers: [
          layers.reshape({ targetShape: [2, 2], ...first }),
          layers.gru({ ...recurrent, dropout: 0.2, recurrentDropout: 0.2, returnSequences: true }),
          layers.gru({ ...recurrent, kernelInitializer: glorot(4) }),
        ],
      }),
  ],
  [
    'a layer at each step of a sequence',
    () =>
      sequential({
        layers: [
          layers.reshape({ targetShape: [2, 2], ...first }),
          layers.timeDistributed({ layer: dense(4, 1) }),
          layers.flatten(),
          dense(3, 2),
        ],
      }),
  ],
  [
    'a nested network that is used twice',
    () => {
      const inputs = input({ shape: [4] });
      const nested = blocks();
      const once = nested.apply(inputs) as SymbolicTensor;
      const twice = nested.apply(once) as SymbolicTensor;
      const outputs = dense(3, 2).apply(layers.add().apply([once, twice])) as SymbolicTensor;
      return functional({ inputs, outputs });
    },
  ],
  [
    'a shared layer',
    () => {
      const inputs = input({ shape: [4] });
      const shared = dense(4, 1);
      const once = shared.apply(inputs) as SymbolicTensor;
      const twice = shared.apply(once);
      return functional({ inputs, outputs: dense(3, 2).apply(twice) as SymbolicTensor });
    },
  ],
  ['a nested network', () => sequential({ layers: [blocks(), dense(3, 2)] })],
  [
    'frozen layers',
    () =>
      sequential({
        layers: [
          dense(5, 1, { ...first, trainable: false }),
          layers.batchNormalization({ momentum: 0.5, trainable: false }),
          dense(3, 2),
        ],
      }),
  ],
  [
    'a frozen nested network',
    () => {
      const nested = blocks();
      nested.trainable = false;
      return sequential({ layers: [nested, dense(3, 2)] });
    },
  ],
  [
    'a layer of its own with state',
    () => sequential({ layers: [dense(5, 1, first), new RunningMean({}), dense(3, 2)] }),
  ],
  [
    'regularized weights',
    () =>
      sequential({
        layers: [dense(5, 1, { ...first, kernelRegularizer: 'l1l2' }), dense(3, 2)],
      }),
  ],
];
