import type { ItemRows } from './itemRows.ts';
import { tileWidth } from './products.ts';
import { type Codes, type RowStorage, rowCodecs } from './rowCodec.ts';

/** Vectors as codes, in tiles of `tileWidth` slots. */
export interface EncodedRows extends ItemRows {
  /** Writes what the codes of `count` slots stand for, from `tile * tileWidth` on, each without its scale. */
  decode(tile: number, count: number, into: Float32Array): void;
  /** What the decoded values of each slot of a tile are to be multiplied by. */
  scales(tile: number): Float64Array;
  /** The squared length of each slot of a tile; Infinity for one that is empty. */
  squares(tile: number): Float64Array;
  /** Whether a vector rounds to what a slot keeps. */
  keeps(slot: number, values: Float32Array): boolean;
  /** The largest squared length that there was. */
  largest(): number;
}

interface Tile {
  readonly codes: Codes;
  readonly scales: Float64Array;
  readonly squares: Float64Array;
}

/** Begins with the vectors `start` [rows, dims], which it does not keep. */
export function createEncodedRows(
  dims: number,
  start: Float32Array,
  storage: Exclude<RowStorage, 'float32'>,
): EncodedRows {
  const codec = rowCodecs[storage];
  const scratch = new Float32Array(dims);
  const scratchCodes = codec.codes(dims);
  let tiles: Tile[] = [];
  let largest = 0;

  const made = (): Tile => ({
    codes: codec.codes(tileWidth * dims),
    scales: new Float64Array(tileWidth),
    squares: new Float64Array(tileWidth).fill(Infinity),
  });
  const row = (slot: number): Float32Array => {
    const { codes, scales } = tiles[Math.floor(slot / tileWidth)]!;
    const at = slot % tileWidth;
    codec.decode(codes.subarray(at * dims, (at + 1) * dims), scratch);
    const scale = scales[at]!;
    for (let k = 0; k < dims; k++) scratch[k] = scratch[k]! * scale;
    return scratch;
  };
  const put = (slot: number, values: Float32Array): void => {
    const number = Math.floor(slot / tileWidth);
    tiles[number] ??= made();
    const { codes, scales, squares } = tiles[number];
    const at = slot % tileWidth;
    scales[at] = codec.encode(values, codes, at * dims);
    squares[at] = row(slot).reduce((sum, value) => sum + value * value, 0);
    largest = Math.max(largest, squares[at]!);
  };
  for (let slot = 0; slot * dims < start.length; slot++) {
    put(slot, start.subarray(slot * dims, (slot + 1) * dims));
  }

  return {
    storage,
    row,
    put,
    remove(slot) {
      tiles[Math.floor(slot / tileWidth)]!.squares[slot % tileWidth] = Infinity;
    },
    tile(tile, count) {
      const all = new Float32Array(count * dims);
      for (let i = 0; i < count; i++) all.set(row(tile * tileWidth + i), i * dims);
      return all;
    },
    pack(kept) {
      const packed: Tile[] = [];
      kept.forEach((slot, to) => {
        const from = tiles[Math.floor(slot / tileWidth)]!;
        const [i, j] = [slot % tileWidth, to % tileWidth];
        if (j === 0) packed.push(made());
        const { codes, scales, squares } = packed.at(-1)!;
        codes.set(from.codes.subarray(i * dims, (i + 1) * dims), j * dims);
        scales[j] = from.scales[i]!;
        squares[j] = from.squares[i]!;
      });
      tiles = packed;
    },
    decode(tile, count, into) {
      codec.decode(tiles[tile]!.codes.subarray(0, count * dims), into);
    },
    scales: (tile) => tiles[tile]!.scales,
    squares: (tile) => tiles[tile]!.squares,
    keeps(slot, values) {
      const { codes, scales } = tiles[Math.floor(slot / tileWidth)]!;
      const at = slot % tileWidth;
      return (
        codec.encode(values, scratchCodes, 0) === scales[at] &&
        scratchCodes.every((code, k) => code === codes[at * dims + k])
      );
    },
    largest: () => largest,
  };
}
