import { memory, train as optimizers, setBackend } from '@tensorflow/tfjs-core';
import { layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { simdBackendInfo } from '../../src/backend/registerSimdBackend.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { tripletLoss } from '../../src/losses/triplet/tripletLoss.ts';
import { createRandom } from '../../src/random/createRandom.ts';
import { withSeededMath } from '../../src/random/withSeededMath.ts';
import { TripletModel } from '../../src/tripletModel.ts';
import { expectClose } from '../support/expectClose.ts';
import { describeOnSimd } from '../support/onSimd.ts';

/** Depthwise separable convolutions, batch norm, relu6, global average pooling. */
function mobileNet(): Sequential {
  const normalized = (): Parameters<Sequential['add']>[0][] => [
    layers.batchNormalization({}),
    layers.reLU({ maxValue: 6 }),
  ];
  return sequential({
    layers: [
      layers.conv2d({
        inputShape: [12, 12, 3],
        filters: 8,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        useBias: false,
      }),
      ...normalized(),
      layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', useBias: false }),
      ...normalized(),
      layers.conv2d({ filters: 12, kernelSize: 1, useBias: false }),
      ...normalized(),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 6 }),
    ],
  });
}

/** Word vectors and a recurrent layer; its default initializer wants the chained ops of the union package. */
function textNet(): Sequential {
  return sequential({
    layers: [
      layers.embedding({ inputDim: 30, outputDim: 7, inputLength: 6 }),
      layers.gru({ units: 9, recurrentInitializer: 'glorotUniform' }),
      layers.dense({ units: 5 }),
    ],
  });
}

/** Two classes; values of an example from a range of its class. */
function examples(size: number, whole: boolean): Dataset {
  const random = createRandom(3);
  const labels = Int32Array.from({ length: 14 }, (_, i) => i % 2);
  const values = Float32Array.from({ length: labels.length * size }, (_, i) => {
    const label = labels[Math.floor(i / size)] as number;
    return whole ? 10 * label + random.integer(20) : random.next() + 0.02 * label;
  });
  return { examples: values, labels };
}

interface Training {
  readonly losses: number[];
  readonly weights: Float32Array[];
}

async function train(backend: string, build: () => Sequential, data: Dataset): Promise<Training> {
  await setBackend(backend);
  const base = withSeededMath(createRandom(4), build);
  const model = new TripletModel(base);
  model.compile({ optimizer: optimizers.adam(0.002), loss: tripletLoss(5) });
  const { stepLoss } = await model.fit(data, { batchSize: 6, epochs: 4, seed: 2 });
  const before = memory().numTensors;
  const usedBefore = simdBackendInfo()?.usedBytes;
  const more = await model.fit(data, { batchSize: 6, epochs: 2, seed: 3 });
  expect(memory().numTensors, 'tensors after more training').toBe(before);
  expect(simdBackendInfo()?.usedBytes, 'memory in use after more training').toBe(usedBefore);
  const weights = await Promise.all(base.getWeights().map((weight) => weight.data()));
  model.dispose();
  return { losses: [...stepLoss, ...more.stepLoss], weights: weights as Float32Array[] };
}

describeOnSimd('bases of other kinds train as on the cpu backend', () => {
  test.each([
    ['MobileNet-type', mobileNet, examples(12 * 12 * 3, false)],
    ['GRU', textNet, examples(6, true)],
  ])('%s', async (_, build, data) => {
    const expected = await train('cpu', build, data);
    const got = await train('simd', build, data);

    expect(got.losses.at(-1)).toBeLessThan(got.losses[0] as number);
    expectClose(got.losses, expected.losses, { relative: 1e-4 });
    // A bias that cancels out of all distances has a gradient of rounding errors, of which Adam makes whole steps.
    expected.weights.forEach((weights, i) => {
      expectClose(got.weights[i] as Float32Array, weights, { relative: 1e-3, absolute: 2e-3 });
    });
  });
});
