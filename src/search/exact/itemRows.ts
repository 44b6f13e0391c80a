import { tileWidth } from './products.ts';
import type { RowStorage } from './rowCodec.ts';

/** The vectors of items, each in a slot. */
export interface ItemRows {
  readonly storage: RowStorage;
  /** The vector of a slot: valid until the next call. */
  row(slot: number): Float32Array;
  /** Sets the vector of a slot, a known one or the next. */
  put(slot: number, values: Float32Array): void;
  /** The slot is empty now. */
  remove(slot: number): void;
  /** The vectors of `count` slots from `tile * tileWidth` on. */
  tile(tile: number, count: number): Float32Array;
  /** Closes gaps: the i-th of `kept` becomes slot i. */
  pack(kept: Int32Array): void;
}

/** Vectors as they are. It reads those of `start` [rows, dims] where they are, and copies a tile before it changes. */
export function createPlainRows(dims: number, start: Float32Array): ItemRows {
  let tiles = tilesOf(start, dims);
  let own = new Set<number>(); // the tiles that are no views of `start`

  const row = (slot: number): Float32Array => {
    const at = (slot % tileWidth) * dims;
    return tiles[Math.floor(slot / tileWidth)]!.subarray(at, at + dims);
  };
  const makeOwn = (tile: number): void => {
    if (own.has(tile)) return;
    own.add(tile);
    const copy = new Float32Array(tileWidth * dims);
    copy.set(tiles[tile] ?? []);
    tiles[tile] = copy;
  };
  return {
    storage: 'float32',
    row,
    put(slot, values) {
      makeOwn(Math.floor(slot / tileWidth));
      row(slot).set(values);
    },
    remove: () => undefined,
    tile: (tile, count) => tiles[tile]!.subarray(0, count * dims),
    pack(kept) {
      const packed: Float32Array[] = [];
      kept.forEach((slot, to) => {
        if (to % tileWidth === 0) packed.push(new Float32Array(tileWidth * dims));
        packed.at(-1)!.set(row(slot), (to % tileWidth) * dims);
      });
      own = new Set(packed.keys());
      tiles = packed;
    },
  };
}

/** The vectors in tiles, which are views. */
function tilesOf(vectors: Float32Array, dims: number): Float32Array[] {
  const size = tileWidth * dims;
  return Array.from({ length: Math.ceil(vectors.length / size) }, (_, tile) =>
    vectors.subarray(tile * size, (tile + 1) * size),
  );
}
