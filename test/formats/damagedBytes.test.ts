import { layers, sequential } from '@tensorflow/tfjs-layers';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import {
  createIndex,
  decodeBundle,
  decodeIndex,
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  decodeWav,
  encodeBundle,
  encodeIndex,
  encodeNpy,
  MetricLearningError,
  parseIdx,
  parseParquet,
} from '../../src/index.ts';

const npz = Uint8Array.from(
  Buffer.from(
    'UEsDBC0AAAAIAAAAIQC+e8XX//////////8FABQAeC5ucHkBABAAkAAAAAAAAABVAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CkaaOgq1CmQDLgaGBnsGBgUHBgYHIG44AABQSwMELQAAAAgAAAAhAOCSzrz//////////wUAFAB5Lm5weQEAEACQAAAAAAAAAEoAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALnYGCPgPBQBQSwECLQMtAAAACAAAACEAvnvF11UAAACQAAAABQAAAAAAAAAAAAAAgAEAAAAAeC5ucHlQSwECLQMtAAAACAAAACEA4JLOvEoAAACQAAAABQAAAAAAAAAAAAAAgAGMAAAAeS5ucHlQSwUGAAAAAAIAAgBmAAAADQEAAAAA',
    'base64',
  ),
);
const index = createIndex({ dims: 2 });
await index.add({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }, [{ id: 'a' }, { id: 'b' }]);
const network = sequential({ layers: [layers.dense({ inputShape: [3], units: 2 })] });

/** Readers of bytes, each with a small whole file. */
const readers: Readonly<Record<string, readonly [Uint8Array, (bytes: Uint8Array) => unknown]>> = {
  decodeNpy: [await encodeNpy({ data: Float32Array.of(1, 2, 3), shape: [3] }), (b) => decodeNpy(b)],
  decodeNpz: [npz, (b) => decodeNpz(b)],
  decodeWav: [
    Uint8Array.from(
      Buffer.from('UklGRioAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQYAAAAAQACAABA=', 'base64'),
    ),
    (b) => decodeWav(b),
  ],
  parseIdx: [Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9), (b) => parseIdx(b)],
  parseParquet: [
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'name', data: ['red', 'blue', null] },
          { name: 'weight', data: [0.5, -2, 1e300], type: 'DOUBLE' },
        ],
      }),
    ),
    (b) => parseParquet(b),
  ],
  decodeSafetensors: [await encodeIndex(index.state()), (b) => decodeSafetensors(b)],
  decodeIndex: [await encodeIndex(index.state()), (b) => decodeIndex(b)],
  decodeBundle: [
    await encodeBundle({ network, index: index.state(), threshold: 1 }),
    (b) => decodeBundle(b),
  ],
};

/** Damaged copies: cut off at each byte, or at some of a larger file, or with one byte changed. */
function* damaged(whole: Uint8Array): Generator<[what: string, bytes: Uint8Array]> {
  const step = Math.ceil(whole.length / 300);
  for (let at = 0; at < whole.length; at += step) {
    yield [`cut off at byte ${at}`, whole.slice(0, at)];
    for (const value of [0, 1, 127, 255]) {
      const changed = whole.slice();
      changed[at] = value;
      yield [`with byte ${at} as ${value}`, changed];
    }
  }
}

describe('A Buffer of Node, which lies in a larger one, is read as its bytes are', () => {
  test.each(Object.entries(readers))('%s', async (name, [whole, read]) => {
    const pool = Buffer.alloc(whole.length + 50, 1);
    pool.set(whole, 13);
    const found = await read(pool.subarray(13, 13 + whole.length));
    if (name !== 'decodeBundle') expect(found).toEqual(await read(whole));
  });
});

describe('Damaged bytes are read or refused in whole sentences', () => {
  test.each(Object.entries(readers))('%s', async (_, [whole, read]) => {
    await read(whole);
    const faults: string[] = [];
    for (const [what, bytes] of damaged(whole)) {
      try {
        await read(bytes);
      } catch (error) {
        if (!(error instanceof MetricLearningError)) faults.push(`${what}: ${error}`);
        else if (/undefined|\[object|NaN/.test(error.message))
          faults.push(`${what}: ${error.message}`);
      }
    }
    expect(faults).toEqual([]);
  });
});
