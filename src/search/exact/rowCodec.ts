import { type OptionKind, oneOf } from '../../internal/optionKinds.ts';

/** How an index keeps the numbers of its vectors. */
export type RowStorage = 'float32' | 'float16' | 'int8';

export const storageKind: OptionKind<RowStorage> = /*#__PURE__*/ oneOf(
  'float32',
  'float16',
  'int8',
);

/** The codes of values. */
export type Codes = Int8Array | Uint16Array;

/** Vectors as codes, which stand for multiples of a scale that each vector has. */
export interface RowCodec {
  /** Codes for so many values. */
  codes(length: number): Codes;
  /** Writes the codes of a row from `at` on, and gives its scale. Encoding what was decoded changes nothing. */
  encode(row: Float32Array, codes: Codes, at: number): number;
  /** What the first codes stand for, without the scale. A value times its scale is a number of float32. */
  decode(codes: Codes, into: Float32Array): void;
}

export const rowCodecs: Readonly<Record<Exclude<RowStorage, 'float32'>, RowCodec>> = {
  int8: {
    codes: (length) => new Int8Array(length),
    encode(row, codes, at) {
      const scale = shortened(largestOf(row) / 127);
      for (let k = 0; k < row.length; k++) codes[at + k] = scale && Math.round(row[k]! / scale);
      return scale;
    },
    decode: (codes, into) => into.set(codes),
  },
  float16: {
    codes: (length) => new Uint16Array(length),
    encode(row, codes, at) {
      const scale = powerAbove(largestOf(row));
      for (let k = 0; k < row.length; k++) codes[at + k] = scale && toHalf(row[k]! / scale);
      return scale;
    },
    decode(codes, into) {
      halves ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => fromHalf(bits));
      for (let i = 0; i < codes.length; i++) into[i] = halves[codes[i]!]!;
    },
  },
};

function largestOf(row: Float32Array): number {
  return row.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** The smallest power of two that is not below a number, or 0 for 0. */
function powerAbove(value: number): number {
  return value > 0 ? 2 ** Math.ceil(Math.log2(value)) : 0;
}

/** The number, or a little more, with 16 bits: products with 8 bits are then exact in float32. */
function shortened(value: number): number {
  const step = powerAbove(value) * 2 ** -16;
  return step && Math.ceil(value / step) * step;
}

/** What each half-precision number stands for. */
let halves: Float32Array | undefined;

function fromHalf(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits >> 15 ? -size : size;
}

/** The nearest half-precision number to a value from -1 to 1, of two the even one. */
function toHalf(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 ? 2 ** 15 : 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const steps = roundedToEven(size * 2 ** (10 - exponent)); // 1024 to 2048, or fewer for the smallest
  return sign + (exponent + 14) * 1024 + steps;
}

function roundedToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}
