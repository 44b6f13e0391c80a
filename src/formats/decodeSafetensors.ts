import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkBytes } from './internal/checkBytes.ts';
import type { NpyArray } from './npy.ts';
import type { TensorEntry } from './safetensors.ts';

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** The arrays by their names. */
  readonly tensors: Readonly<Record<string, NpyArray>>;
  /** The texts that the file says about itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

const where = 'decodeSafetensors';

/**
 * Decodes the bytes of a safetensors file, the format of the weights of pretrained models, and of indexes and bundles of
 * this library. `name` is what errors call the file.
 *
 * F32, F64, F16 and BF16 become `float32`; I8, I16, U16, I32 and I64 become `int32`; U8 and BOOL become `uint8`.
 *
 * @throws MetricLearningError if the bytes are no such file or not whole, an array is of another type, or a whole number
 * does not fit 32 bits.
 * @example
 * const { tensors } = decodeSafetensors(await readFile('model.safetensors'), 'model.safetensors');
 * const { data, shape } = tensors['embeddings.weight'];
 * @see https://huggingface.co/docs/safetensors
 */
export function decodeSafetensors(bytes: Uint8Array, name = 'the data'): SafetensorsFile {
  checkBytes(where, name, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true));
  if (8 + length > bytes.length) {
    throw wrong(name, 'be a whole safetensors file', `${bytes.length} bytes without its header`);
  }
  const { __metadata__: metadata = {}, ...entries } = headerOf(bytes.subarray(8, 8 + length), name);
  const body = bytes.subarray(8 + length);
  const tensors = Object.entries(entries).map(([array, entry]) => [
    array,
    arrayOf(body, entry as TensorEntry, array, name),
  ]);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function headerOf(bytes: Uint8Array, name: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    header = undefined;
  }
  if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
    return header as Record<string, unknown>;
  }
  throw wrong(name, 'begin with a header in JSON', 'other bytes');
}

/** How the values of a type are read: their width in bytes, and a function that makes an array of them. */
interface Type {
  readonly width: number;
  read(bytes: ArrayBuffer): NpyArray['data'] | BigInt64Array;
}

const types: Readonly<Record<string, Type>> = {
  F64: { width: 8, read: (bytes) => Float32Array.from(new Float64Array(bytes)) },
  F32: { width: 4, read: (bytes) => new Float32Array(bytes) },
  F16: { width: 2, read: (bytes) => Float32Array.from(new Uint16Array(bytes), halfToNumber) },
  BF16: { width: 2, read: (bytes) => bfloatsToNumbers(new Uint16Array(bytes)) },
  I64: { width: 8, read: (bytes) => new BigInt64Array(bytes) },
  I32: { width: 4, read: (bytes) => new Int32Array(bytes) },
  I16: { width: 2, read: (bytes) => Int32Array.from(new Int16Array(bytes)) },
  U16: { width: 2, read: (bytes) => Int32Array.from(new Uint16Array(bytes)) },
  I8: { width: 1, read: (bytes) => Int32Array.from(new Int8Array(bytes)) },
  U8: { width: 1, read: (bytes) => new Uint8Array(bytes) },
  BOOL: { width: 1, read: (bytes) => new Uint8Array(bytes) },
};

function arrayOf(body: Uint8Array, entry: TensorEntry, array: string, name: string): NpyArray {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
  const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 0;
  if (
    typeof dtype !== 'string' ||
    !Array.isArray(shape) ||
    !shape.every(isSize) ||
    !Array.isArray(offsets)
  ) {
    throw wrong(name, `say type, shape and place of ${show(array)}`, show(entry));
  }
  const type = types[dtype];
  if (type === undefined) {
    throw wrong(
      name,
      `hold ${show(array)} as one of ${Object.keys(types).join(', ')}`,
      show(dtype),
    );
  }
  const [from, to] = offsets as readonly [number, number];
  const size = type.width * shape.reduce((product, each) => product * each, 1);
  if (!isSize(from) || to - from !== size || to > body.length) {
    throw wrong(
      name,
      `hold ${size} bytes of ${show(array)}, of shape [${shape}]`,
      `bytes ${from} to ${to} of ${body.length}`,
      'The file is truncated or damaged: fetch it again.',
    );
  }
  const own = new Uint8Array(body.subarray(from, to)); // a Buffer's own slice makes no copy
  const data = type.read(own.buffer);
  if (!(data instanceof BigInt64Array)) return { shape, data };
  const numbers = Int32Array.from(data, Number);
  const large = numbers.findIndex((value, i) => BigInt(value) !== data[i]);
  if (large < 0) return { shape, data: numbers };
  throw wrong(
    name,
    `hold numbers of 32 bits in ${show(array)}`,
    `${data[large]} at index ${large}`,
  );
}

/** A number of 16 bits: a sign, 5 bits of the exponent, 10 bits behind the point. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Numbers of which the upper 16 bits of float32 are stored. */
function bfloatsToNumbers(upper: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(upper, (bits) => bits << 16).buffer);
}

function wrong(name: string, expected: string, got: string, fix?: string): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `${name} to ${expected}`,
    got,
    ...(fix !== undefined && { fix }),
  });
}
