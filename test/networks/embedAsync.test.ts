import { memory } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TripletModel } from '../../src/index.ts';

describe('model.embedAsync', () => {
  let model: TripletModel;
  const examples = Float32Array.from({ length: 3 * 10 }, (_, i) => Math.sin(i));
  beforeAll(() => {
    model = new TripletModel(sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] }));
  });
  afterAll(() => {
    model.base.dispose();
    model.dispose();
  });

  test('gives the numbers of embed, batch by batch, and serves events in between', async () => {
    const tensors = memory().numTensors;
    const done: string[] = [];
    setImmediate(() => done.push('an event'));
    const { data, shape } = await model.embedAsync(examples, {
      batchSize: 4,
      onProgress: (count, all) => done.push(`${count} of ${all}`),
    });
    expect(memory().numTensors).toBe(tensors);
    const whole = model.embed(examples);
    expect(shape).toEqual([10, 2]);
    expect([...data]).toEqual([...(await whole.data())]);
    whole.dispose();
    expect(done).toEqual(['4 of 10', 'an event', '8 of 10', '10 of 10']);
  });

  test('stops after the batch at hand when its signal is aborted, and holds nothing', async () => {
    const tensors = memory().numTensors;
    const stop = new AbortController();
    const counts: number[] = [];
    const embedding = model.embedAsync(examples, {
      batchSize: 4,
      signal: stop.signal,
      onProgress: (count) => {
        counts.push(count);
        stop.abort(new Error('enough'));
      },
    });
    await expect(embedding).rejects.toThrow('enough');
    expect(counts).toEqual([4]);
    expect(memory().numTensors).toBe(tensors);
  });

  test('says what is wrong with the examples', async () => {
    await expect(model.embedAsync(new Float32Array(4))).rejects.toThrow(/embedAsync/);
  });
});
