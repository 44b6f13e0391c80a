import { memory, tensor2d } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterEach, describe, expect, test } from 'vitest';
import { createAdapter } from '../../src/adapters/createAdapter.ts';
import { TripletModel } from '../../src/tripletModel.ts';

const made: LayersModel[] = [];
function adapterOf(...args: Parameters<typeof createAdapter>): LayersModel {
  const adapter = createAdapter(...args);
  made.push(adapter);
  return adapter;
}
afterEach(() => {
  for (const adapter of made.splice(0)) adapter.dispose();
});

describe('createAdapter', () => {
  test('begins as the identity, bit for bit', () => {
    const adapter = adapterOf({ dims: 5, rank: 2 });
    const x = tensor2d([[1, -2, 0.3, 1e6, 1e-6]]);
    const y = adapter.predict(x) as typeof x;
    expect([...y.dataSync()]).toEqual([...x.dataSync()]);
    x.dispose();
    y.dispose();
  });

  test('has 2 * rank * dims weights, and dims for where the origin is', () => {
    expect(adapterOf({ dims: 10, rank: 3 }).countParams()).toBe(60 + 10);
  });

  test("begins otherwise with start: 'random', by its seed", () => {
    const weights = (seed: number, start: 'identity' | 'random'): number[] =>
      adapterOf({ dims: 4, rank: 2, start, seed })
        .getWeights()
        .flatMap((one) => [...one.dataSync()]);
    expect(weights(1, 'random')).toEqual(weights(1, 'random'));
    expect(weights(1, 'random')).not.toEqual(weights(2, 'random'));
    expect(weights(1, 'random').slice(0, 16)).not.toContain(0);
    expect(weights(1, 'random').slice(16)).toEqual([0, 0, 0, 0]);
    expect(weights(1, 'identity').slice(8)).toEqual(new Array(12).fill(0));
  });

  test('drops features for the correction only, and only in training', () => {
    const adapter = adapterOf({ dims: 200, rank: 1, dropout: 0.5 });
    const x = tensor2d(new Array(200).fill(1), [1, 200]);
    const y = adapter.apply(x, { training: true }) as typeof x;
    expect([...y.dataSync()]).toEqual([...x.dataSync()]);
    x.dispose();
    y.dispose();
  });

  test('is the base of a TripletModel as any network', () => {
    const model = new TripletModel(adapterOf({ dims: 4, rank: 2 }));
    expect(model.dims).toBe(4);
    model.dispose();
  });

  test('leaves nothing behind once it is disposed', () => {
    const before = memory().numTensors;
    createAdapter({ dims: 8, rank: 4 }).dispose();
    expect(memory().numTensors).toBe(before);
  });
});
