import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { norm, type Tensor, tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { unitLength } from '../../src/networks/unitLength.ts';
import { fileStore } from '../../src/node/fileStore.ts';
import { TripletModel } from '../../src/tripletModel.ts';
import { expectClose } from '../support/expectClose.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const examples = [3, 4, -1, 0, 0.5, 2];

function network(): ReturnType<typeof sequential> {
  return sequential({ layers: [layers.dense({ inputShape: [2], units: 3 }), unitLength()] });
}

describe('unitLength', () => {
  test('brings each row to length 1, and leaves a row of zeros', () => {
    const layer = unitLength();
    const rows = layer.apply(tensor2d([3, 4, 0, 0, -2, 0], [3, 2])) as Tensor;
    expectClose(rows.dataSync(), [0.6, 0.8, 0, 0, -1, 0]);
  });

  test('makes all embeddings of a model unit vectors, and leaks nothing', () => {
    const model = new TripletModel(network());
    const data = Float32Array.from(examples);
    model.embed(data).dispose(); // the first call builds what stays
    expectNoLeak(() => {
      const embeddings = model.embed(data);
      const lengths = norm(embeddings, 2, 1);
      expectClose(lengths.dataSync(), [1, 1, 1]);
      for (const one of [embeddings, lengths]) one.dispose();
    });
  });

  test('is saved with the network, and loaded by TripletModel and by tfjs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'unit-'));
    const model = new TripletModel(network());
    await model.save(`file://${folder}`);
    const loaded = await TripletModel.load(`file://${folder}`);
    const plain = await loadLayersModel(fileStore(folder));
    await rm(folder, { recursive: true });

    const data = Float32Array.from(examples);
    const embeddings = model.embed(data).dataSync();
    expect(loaded.embed(data).dataSync()).toEqual(embeddings);
    expectClose((plain.predict(tensor(examples, [3, 2])) as Tensor).dataSync(), [...embeddings]);
  });

  test('refuses what is no row of numbers', () => {
    const image = layers.conv2d({ inputShape: [4, 4, 1], filters: 2, kernelSize: 3 });
    expect(() => sequential({ layers: [image, unitLength()] })).toThrow(
      'unitLength: expected an input of shape [batch, dims], got [any, 2, 2, 2]. Put layers.flatten() before it.',
    );
  });
});
