import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBytes } from './internal/checkBytes.ts';

/** The content of an IDX file: values in row-major order, and their shape. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

const bytesEach: Record<number, number> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };

/**
 * Decodes the bytes of an IDX file, the format of MNIST, Fashion-MNIST, EMNIST and KMNIST.
 *
 * Values of one byte (type 0x08) are a view of the bytes, not a copy; wider types are big-endian in the file and decoded.
 * `name` is what errors call the file.
 *
 * @throws MetricLearningError if the bytes are gzipped, of another format, or shorter or longer than their header says.
 * @example
 * const { data, shape } = parseIdx(await readFile('t10k-images-idx3-ubyte')); // shape [10000, 28, 28]
 * @see http://yann.lecun.com/exdb/mnist/ (The IDX file format)
 */
export function parseIdx(bytes: Uint8Array, name = 'the data'): IdxArray {
  const where = 'parseIdx';
  checkBytes(where, name, bytes);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be unpacked IDX bytes`,
      got: 'gzip',
      fix: 'Unpack it first, or read the file with readIdxFile, which does.',
    });
  }
  const type = bytes[2] ?? 0;
  const rank = bytes[3] ?? 0;
  const width = bytesEach[type];
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || width === undefined || rank === 0) {
    const magic = [...bytes.subarray(0, 4)].map((b) => b.toString(16).padStart(2, '0')).join(' ');
    throw new MetricLearningError({
      where,
      expected: `${name} to begin with an IDX magic number (00 00, type 08 to 0e, rank)`,
      got: magic === '' ? 'an empty file' : magic,
    });
  }

  const header = 4 + 4 * rank;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header) throw wrongLength(name, `a header of ${header} bytes`, bytes.length);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== header + count * width) {
    throw wrongLength(name, `${header + count * width} bytes for shape [${shape}]`, bytes.length);
  }
  return { shape, data: decode(view, type, header, count) };
}

function decode(view: DataView, type: number, start: number, count: number): IdxArray['data'] {
  const values = { length: count };
  switch (type) {
    case 8:
      return new Uint8Array(view.buffer, view.byteOffset + start, count);
    case 9:
      return new Int8Array(view.buffer, view.byteOffset + start, count);
    case 11:
      return Int16Array.from(values, (_, i) => view.getInt16(start + 2 * i));
    case 12:
      return Int32Array.from(values, (_, i) => view.getInt32(start + 4 * i));
    case 13:
      return Float32Array.from(values, (_, i) => view.getFloat32(start + 4 * i));
    default:
      return Float64Array.from(values, (_, i) => view.getFloat64(start + 8 * i));
  }
}

function wrongLength(name: string, expected: string, got: number): MetricLearningError {
  return new MetricLearningError({
    where: 'parseIdx',
    expected: `${name} to have ${expected}`,
    got: `${got} bytes`,
    fix: 'The file is truncated or damaged: fetch it again.',
  });
}
