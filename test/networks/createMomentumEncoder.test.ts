import {
  add,
  dispose,
  memory,
  mul,
  randomNormal,
  type Scalar,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  train,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { type LayersModel, layers, model, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { createMomentumEncoder } from '../../src/networks/createMomentumEncoder.ts';
import { unitLength } from '../../src/networks/unitLength.ts';
import { expectClose } from '../support/expectClose.ts';

const numbers = (base: LayersModel): number[][] =>
  base.layers.flatMap((layer) => layer.getWeights().map((weight) => [...weight.dataSync()]));

/** Networks with what a copy may get wrong: statistics, shared layers, nested networks, frozen layers. */
const zoo: Record<string, () => LayersModel> = {
  'a dense layer': () => sequential({ layers: [layers.dense({ inputShape: [3], units: 2 })] }),
  'batch normalization': () =>
    sequential({
      layers: [
        layers.dense({ inputShape: [3], units: 4 }),
        layers.batchNormalization(),
        layers.dense({ units: 2 }),
        unitLength(),
      ],
    }),
  'a frozen layer': () =>
    sequential({
      layers: [
        layers.dense({ inputShape: [3], units: 4, trainable: false }),
        layers.batchNormalization({ trainable: false }),
        layers.dense({ units: 2 }),
      ],
    }),
  'nested and shared layers': () => {
    const inner = sequential({ layers: [layers.dense({ inputShape: [3], units: 3 })] });
    const input = layers.input({ shape: [3] });
    const twice = inner.apply(inner.apply(input)) as ReturnType<typeof layers.input>;
    const output = layers.dense({ units: 2 }).apply(twice) as ReturnType<typeof layers.input>;
    return model({ inputs: input, outputs: output });
  },
};

/** Adds 1 to every weight of a network. */
function shift(base: LayersModel): void {
  for (const layer of base.layers) {
    const moved = layer.getWeights().map((weight: Tensor) => add(weight, 1));
    layer.setWeights(moved);
    dispose(moved);
  }
}

describe.each(Object.entries(zoo))('createMomentumEncoder: %s', (_, make) => {
  test('starts equal, follows with its momentum, and leaves the base alone', async () => {
    const base = make();
    const encoder = await createMomentumEncoder(base, { momentum: 0.75 });
    const start = numbers(base);
    expect(numbers(encoder.model)).toEqual(start);
    shift(base);
    const moved = numbers(base);
    encoder.update();
    numbers(encoder.model).forEach((weight, i) => {
      expectClose(weight, start[i]?.map((value) => value + 0.25) as number[]);
    });
    expect(numbers(base)).toEqual(moved);
    encoder.dispose();
    base.dispose();
  });

  test('pairs its weights for good: freezing changes nothing', async () => {
    const base = make();
    const encoder = await createMomentumEncoder(base, { momentum: 0 });
    for (const layer of base.layers.slice(0, 1)) layer.trainable = !layer.trainable;
    shift(base);
    encoder.update();
    expect(numbers(encoder.model)).toEqual(numbers(base));
    encoder.dispose();
    base.dispose();
  });

  test('gives no gradient, is not trained by an optimizer, and leaves nothing behind', async () => {
    const base = make();
    const before = memory().numTensors;
    const encoder = await createMomentumEncoder(base);
    const x = randomNormal([4, 3]) as Tensor2D;
    const kept = numbers(encoder.model);
    const optimizer = train.sgd(0.1);
    const step = (): void => {
      optimizer.minimize(() => {
        const queries = base.apply(x, { training: true }) as Tensor2D;
        return sum<Scalar>(mul(queries, encoder.embed(x)));
      });
    };
    step();
    expect(numbers(encoder.model)).toEqual(kept);
    const { value, grads } = variableGrads(() =>
      sum<Scalar>(mul(base.apply(x, { training: true }) as Tensor2D, encoder.embed(x))),
    );
    const own = new Set(encoder.model.weights.map((weight) => weight.name));
    expect(Object.keys(grads).filter((name) => own.has(name))).toEqual([]);
    encoder.update();
    dispose([x, value, grads]);
    optimizer.dispose();
    encoder.dispose();
    expect(memory().numTensors).toBe(before);
    base.dispose();
  });
});

test('refuses what is no network, and options that it does not know', async () => {
  await expect(createMomentumEncoder(undefined as never)).rejects.toThrow(
    'createMomentumEncoder: expected base to be a tfjs LayersModel',
  );
  const base = zoo['a dense layer']?.() as LayersModel;
  await expect(createMomentumEncoder(base, { momentum: 2 })).rejects.toThrow(
    'expected momentum to be a number from 0 to 1, got momentum: 2.',
  );
  const x = tensor2d([[1, 2, 3]]);
  const encoder = await createMomentumEncoder(base);
  const embedded = encoder.embed(x);
  const wanted = base.predict(x) as Tensor2D;
  expect([...embedded.dataSync()]).toEqual([...wanted.dataSync()]);
  dispose([x, embedded, wanted]);
  encoder.dispose();
  base.dispose();
});
