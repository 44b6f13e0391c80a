import type { Tensor } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkBytes } from './internal/checkBytes.ts';

/** The content of a .npy file: values in row-major order, and their shape. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Bytes of a value, by the types that are read. */
const widths: Readonly<Record<string, number>> = {
  '<f4': 4,
  '<i4': 4,
  '<f8': 8,
  '<i8': 8,
  '|u1': 1,
  '|b1': 1,
};

const magic = '\x93NUMPY';

/**
 * Encodes embeddings, labels or any other numbers as the bytes of a .npy file, which `numpy.load` reads: as `float32` for
 * a tensor of that type or a Float32Array, as `uint8` for a Uint8Array, else as `int32`. A tensor stays the caller's.
 *
 * @throws MetricLearningError if the values are of another type, or not as many as the shape says.
 * @example
 * await writeFile('embeddings.npy', await encodeNpy(embeddings)); // numpy.load('embeddings.npy')
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (version 1.0)
 */
export async function encodeNpy(values: Tensor | NpyArray): Promise<Uint8Array<ArrayBuffer>> {
  const shape: readonly number[] | undefined = values?.shape;
  const data = await numbersOf(values);
  const count = Array.isArray(shape) ? countOf(shape) : Number.NaN;
  const known =
    data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;
  if (!known || shape === undefined || data.length !== count) {
    throw new MetricLearningError({
      where: 'encodeNpy',
      expected:
        'a tensor, or { data, shape } with a Float32Array, Int32Array or Uint8Array of that many values',
      got: known ? `${data.length} values of shape [${shape}]` : show(data ?? values),
    });
  }
  const type = data instanceof Float32Array ? '<f4' : data instanceof Int32Array ? '<i4' : '|u1';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((10 + header.length + 1) / 64) * 64;
  const bytes = new Uint8Array(start + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint16(6, 0x0100);
  view.setUint16(8, start - 10, true);
  new TextEncoder().encodeInto(`${header.padEnd(start - 11)}\n`, bytes.subarray(10));
  bytes.set(Uint8Array.from(magic, (letter) => letter.charCodeAt(0)));
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}

/**
 * Decodes the bytes of a .npy file, as `numpy.save` writes it. `name` is what errors call the file.
 *
 * `float32`, `int32` and `uint8` stay what they are. `float64` is rounded to `float32`; `int64`, the type of labels in
 * NumPy, becomes `int32`, and `bool` becomes 0 and 1 of `uint8`.
 *
 * @throws MetricLearningError if the bytes are no such file or not whole, their type is another one or not in row-major
 * order, or a whole number does not fit 32 bits.
 * @example
 * const { data, shape } = decodeNpy(await readFile('embeddings.npy'), 'embeddings.npy');
 */
export function decodeNpy(bytes: Uint8Array, name = 'the data'): NpyArray {
  const wrong = (expected: string, got: string, fix?: string): MetricLearningError =>
    new MetricLearningError({
      where: 'decodeNpy',
      expected: `${name} to ${expected}`,
      got,
      ...(fix !== undefined && { fix }),
    });
  checkBytes('decodeNpy', name, bytes);
  const letters = String.fromCharCode(...bytes.subarray(0, 6));
  if (bytes.length < 12 || letters !== magic) {
    throw wrong('begin with \\x93NUMPY', JSON.stringify(letters));
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const first = bytes[6] === 1 ? 10 : 12;
  const start = first + (first === 10 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(bytes.subarray(first, start));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (sizes === undefined) throw wrong('have a header with a shape', JSON.stringify(header));
  const width = widths[type ?? ''];
  if (width === undefined || !/'fortran_order':\s*False/.test(header)) {
    const fix = "In Python: numpy.save(file, numpy.ascontiguousarray(x, dtype='float32')).";
    const types = 'float32, float64, int32, int64, uint8 or bool';
    throw wrong(`be of type ${types}, in row-major order`, header.trim(), fix);
  }
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  const count = countOf(shape);
  if (bytes.length - start !== width * count) {
    throw wrong(
      `have ${width * count} bytes for shape [${shape}]`,
      `${bytes.length - start} bytes`,
    );
  }
  const own = new Uint8Array(bytes.subarray(start)); // a Buffer's own slice makes no copy
  const { buffer } = own;
  if (type === '<f4') return { shape, data: new Float32Array(buffer) };
  if (type === '<i4') return { shape, data: new Int32Array(buffer) };
  if (type === '<f8') return { shape, data: Float32Array.from(new Float64Array(buffer)) };
  if (type !== '<i8') return { shape, data: own };
  const wide = new BigInt64Array(buffer);
  const data = Int32Array.from(wide, Number);
  const large = data.findIndex((value, i) => BigInt(value) !== wide[i]);
  if (large >= 0) throw wrong('hold numbers of 32 bits', `${wide[large]} at index ${large}`);
  return { shape, data };
}

async function numbersOf(values: Tensor | NpyArray): Promise<unknown> {
  if (typeof values?.data !== 'function') return values?.data;
  const data = await values.data();
  return data instanceof Uint8Array ? Int32Array.from(data) : data; // of a tensor of booleans
}

function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
