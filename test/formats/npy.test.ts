import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeNpy, encodeNpy, type NpyArray } from '../../src/formats/npy.ts';
import { expectNoLeak } from '../support/expectNoLeak.ts';

const bytesOf = (header: string, values: string): Uint8Array =>
  Uint8Array.from(Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(values, 'hex')]));

/** What numpy.save of NumPy 1.24 writes of numpy.array([[1, -2.5], [0.1, 3e38], [0, 1e-45]], dtype='float32'). */
const fixture = bytesOf(
  `\x93NUMPY\x01\x00v\x00${"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }".padEnd(117)}\n`,
  '0000803f000020c0cdcccc3de6b1617f0000000001000000',
);
const array: NpyArray = { shape: [3, 2], data: Float32Array.of(1, -2.5, 0.1, 3e38, 0, 1e-45) };

const numpy = ['python3', '/usr/bin/python3'].find(
  (python) => spawnSync(python, ['-c', 'import numpy']).status === 0,
);

describe('encodeNpy', () => {
  test("writes NumPy's own bytes", async () => {
    expect(await encodeNpy(array)).toEqual(fixture);
  });

  test('takes tensors, and leaves them to the caller', async () => {
    for (const [values, shape, type, expected] of [
      [[1, 2.5], [2], 'float32', Float32Array.of(1, 2.5)],
      [[1, 2], [2, 1], 'int32', Int32Array.of(1, 2)],
      [[1, 0], [1, 2, 1], 'bool', Int32Array.of(1, 0)],
      [[7], [], 'float32', Float32Array.of(7)],
    ] as const) {
      const x = tensor([...values], [...shape], type);
      const bytes = await expectNoLeak(() => encodeNpy(x));
      expect(decodeNpy(bytes)).toEqual({ shape, data: expected });
      x.dispose();
    }
  });

  test.each([
    [{ shape: [2, 2], data: Float32Array.of(1, 2, 3) }, '3 values of shape [2,2]'],
    [{ shape: [2], data: [1, 2] }, '[1,2]'],
    [{ shape: [1], data: Float64Array.of(1) }, 'Float64Array of length 1'],
    [{ data: Float32Array.of(1) }, '1 values of shape [undefined]'],
  ])('refuses %o', async (values, got) => {
    await expect(encodeNpy(values as NpyArray)).rejects.toThrow(
      `encodeNpy: expected a tensor, or { data, shape } with a Float32Array, Int32Array or Uint8Array of that many values, got ${got}.`,
    );
  });
});

describe('decodeNpy', () => {
  test("reads NumPy's bytes, wherever they lie in their buffer, and makes a copy", () => {
    const longer = new Uint8Array(fixture.length + 3);
    longer.set(fixture, 3);
    const found = decodeNpy(longer.subarray(3));
    expect(found).toEqual(array);
    longer.fill(0);
    expect(found).toEqual(array);
  });

  test('gives back what encodeNpy was given', async () => {
    const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shapes, fc.boolean(), async (shape, whole) => {
        const count = shape.reduce((product, size) => product * size, 1);
        const values = { length: count };
        const data = whole
          ? Int32Array.from(values, (_, i) => -7 * i)
          : Float32Array.from(values, (_, i) => Math.sin(i));
        const bytes = await encodeNpy({ shape, data });
        expect(decodeNpy(bytes)).toEqual({ shape, data });
      }),
    );
  });

  test('reads headers of version 2', () => {
    const text = "{'shape':(2,),'fortran_order':False,'descr':'<i4'}\n";
    const bytes = bytesOf(`\x93NUMPY\x02\x00\x33\x00\x00\x00${text}`, '01000000feffffff');
    expect(decodeNpy(bytes)).toEqual({ shape: [2], data: Int32Array.of(1, -2) });
  });

  test.each<[string, string, NpyArray['data']]>([
    ['<i8', '0100000000000000ffffffffffffffff', Int32Array.of(1, -1)],
    ['<f8', '000000000000f03f9a9999999999b9bf', Float32Array.of(1, -0.1)],
    ['|u1', '01ff', Uint8Array.of(1, 255)],
    ['|b1', '0001', Uint8Array.of(0, 1)],
  ])('reads %s', (type, values, expected) => {
    const text = `{'shape':(2,),'fortran_order':False,'descr':'${type}'}\n`;
    const bytes = bytesOf(`\x93NUMPY\x02\x00\x33\x00\x00\x00${text}`, values);
    expect(decodeNpy(bytes)).toEqual({ shape: [2], data: expected });
  });

  test('gives back bytes', async () => {
    const data = Uint8Array.of(0, 7, 255);
    expect(decodeNpy(await encodeNpy({ shape: [3], data }))).toEqual({ shape: [3], data });
  });

  const changed = (from: string, to: string): Uint8Array =>
    Uint8Array.from(
      Buffer.from(Buffer.from(fixture).toString('latin1').replace(from, to), 'latin1'),
    );

  test.each([
    [
      'another file',
      Uint8Array.of(1, 2, 3),
      'to begin with \\x93NUMPY, got "\\u0001\\u0002\\u0003".',
    ],
    ['a truncated one', fixture.subarray(0, -1), 'to have 24 bytes for shape [3,2], got 23 bytes.'],
    ['one without values', fixture.subarray(0, 60), 'to have a header'],
    [
      'float16',
      changed('<f4', '<f2'),
      'to be of type float32, float64, int32, int64, uint8 or bool, in row-major order, got {',
    ],
    [
      'big-endian numbers',
      changed('<f4', '>f4'),
      'int64, uint8 or bool, in row-major order, got {',
    ],
    [
      'float64 of too few bytes',
      changed('<f4', '<f8'),
      'to have 48 bytes for shape [3,2], got 24 bytes.',
    ],
    [
      'whole numbers of more than 32 bits',
      bytesOf(
        `\x93NUMPY\x02\x00\x33\x00\x00\x00{'shape':(1,),'fortran_order':False,'descr':'<i8'}\n`,
        '0000000001000000',
      ),
      'to hold numbers of 32 bits, got 4294967296 at index 0.',
    ],
    ['columns first', changed('False', ' True'), 'In Python: numpy.save(file, numpy.asc'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeNpy(bytes, 'x.npy')).toThrow(message);
    expect(() => decodeNpy(bytes, 'x.npy')).toThrow('decodeNpy: expected x.npy to ');
  });
});

test.skipIf(numpy === undefined)('NumPy reads what we write, and writes what we read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'npy-'));
  try {
    writeFileSync(join(folder, 'x.npy'), await encodeNpy(array));
    writeFileSync(
      join(folder, 'labels.npy'),
      await encodeNpy({ shape: [3], data: Int32Array.of(4, -5, 6) }),
    );
    const code = `
import numpy
x, labels = numpy.load('x.npy'), numpy.load('labels.npy')
assert x.dtype == 'float32' and x.shape == (3, 2) and x[2, 1] > 0
assert labels.dtype == 'int32' and labels.tolist() == [4, -5, 6]
numpy.save('twice.npy', numpy.stack([x, -x]))
`;
    const { status, stderr } = spawnSync(numpy as string, ['-c', code], { cwd: folder });
    expect([status, String(stderr)]).toEqual([0, '']);
    const { data, shape } = decodeNpy(readFileSync(join(folder, 'twice.npy')));
    expect(shape).toEqual([2, 3, 2]);
    expect(data.subarray(0, 6)).toEqual(array.data);
    expect(data.subarray(6)).toEqual(array.data.map((value) => -value));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
