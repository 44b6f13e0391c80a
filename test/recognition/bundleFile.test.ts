import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smallConvNet } from '../../src/networks/smallConvNet.ts';
import { decodeBundle, encodeBundle } from '../../src/recognition/bundleFile.ts';
import { createRecognizer, type Recognition } from '../../src/recognition/createRecognizer.ts';
import { restoreIndex } from '../../src/search/exact/createIndex.ts';
import { measures } from '../support/measures.ts';
import { runProgram } from '../support/runProgram.ts';
import { bundleOfFaces, faces, recognized } from './faces.ts';

let bytes: Uint8Array;
let expected: Recognition[];
beforeAll(async () => {
  bytes = await bundleOfFaces();
  expected = await recognized(bytes);
});

describe('A bundle', () => {
  test('comes back as it was, ready to recognise and to learn more', async () => {
    const { model, index, threshold, names, scores } = await decodeBundle(bytes);
    expect(model.dims).toBe(8);
    expect(model.normalization).toEqual({ scale: 1, mean: 20, std: 255, unitLength: true });
    expect(index.items).toHaveLength(8);
    expect([threshold, names]).toEqual([0.2, { 0: 'Anna', 1: 'Ben' }]);
    expect(scores).toEqual({ precision: 0.99, trained: ['2026', null] });

    const recognizer = createRecognizer({ model, threshold, names, index: restoreIndex(index) });
    expect((await recognizer.recognize(faces(2))).map(({ name }) => name)).toEqual(['Anna', 'Ben']);
    await recognizer.forget(1);
    expect((await recognizer.recognize(faces(2))).map(({ name }) => name)).toEqual(['Anna', null]);
    await recognizer.enrol('Carl', faces(2).subarray(100));
    const found = await recognizer.recognize(faces(2));
    expect(found.map(({ name }) => name)).toEqual(['Anna', 'Carl']);
    model.network.dispose();
  });

  test('holds any threshold, and what is not given is nothing', async () => {
    const { index } = await decodeBundle(bytes);
    const network = smallConvNet({ inputShape: [10, 10, 1], dims: 8 });
    const again = await decodeBundle(await encodeBundle({ network, index, threshold: Infinity }));
    expect(again.threshold).toBe(Infinity);
    expect([again.names, again.scores]).toEqual([{}, null]);
    expect(again.model.normalization).toEqual({ scale: 1, mean: 0, std: 1, unitLength: false });
    again.model.network.dispose();
    network.dispose();
  });

  test('is read from a file, whose bytes Node hands out as a Buffer', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
    try {
      writeFileSync(join(folder, 'faces.bundle'), bytes);
      expect(await recognized(readFileSync(join(folder, 'faces.bundle')))).toEqual(expected);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('leaves nothing behind once its network is disposed', async () => {
    const before = memory().numTensors;
    await recognized(bytes);
    expect(memory().numTensors).toBe(before);
  });

  test('is refused when any part of it is damaged or missing', async () => {
    const message = /^decodeBundle: expected the bytes of a tfjs-metric-learning bundle 1, got /;
    for (let at = 0; at < bytes.length; at += 61) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 0x55;
      const blank = bytes[at] === 32; // another blank between header and arrays does no harm
      if (!blank) await expect(decodeBundle(changed), `byte ${at}`).rejects.toThrow(message);
    }
    for (const length of [0, 7, 8, 200, bytes.length >> 1, bytes.length - 1]) {
      await expect(decodeBundle(bytes.subarray(0, length))).rejects.toThrow(message);
    }
    await expect(decodeBundle('faces' as unknown as Uint8Array)).rejects.toThrow(message);
  });

  test.each([
    [
      'an index of another width',
      {
        threshold: 1,
        index: { dims: 2, distance: measures.dot, items: [], vectors: new Float32Array() },
      },
      "encodeBundle: expected an index of the model's width (4), got 2 dims.",
    ],
    [
      'no threshold',
      {
        threshold: '1',
        index: { dims: 4, distance: measures.dot, items: [], vectors: new Float32Array() },
      },
      'encodeBundle: expected threshold to be a number, got threshold: "1".',
    ],
  ])('is not made of %s', async (_, parts, message) => {
    const network = smallConvNet({ inputShape: [10, 10, 1], dims: 4 });
    await expect(encodeBundle({ network, ...parts } as never)).rejects.toThrow(message);
    network.dispose();
  });
});

describe('A bundle in a thread of Node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('recognises as the one who packed it did', async () => {
    const file = join(folder, 'faces.bundle');
    writeFileSync(file, bytes);
    const { code, output } = await runProgram(`
      import { readFileSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      import { isMainThread, parentPort, Worker } from 'node:worker_threads';
      import '@tensorflow/tfjs-backend-cpu';
      import { recognized } from './test/recognition/faces.ts';
      if (isMainThread) {
        new Worker(fileURLToPath(import.meta.url)).on('message', (found) => console.log(found));
      } else {
        const found = await recognized(readFileSync(${JSON.stringify(file)}));
        parentPort.postMessage(JSON.stringify(found));
      }
    `);
    expect(code, output).toBe(0);
    const found = JSON.parse(output.split('\n').find((line) => line.startsWith('[')) ?? output);
    expect(found).toEqual(
      expected.map((one) => ({ ...one, distance: expect.closeTo(one.distance, 5) })),
    );
  });
});
