import type { OpenState } from '../indexState.ts';
import type { IndexItem } from '../vectorIndex.ts';

/** Items and their vectors side by side, each at a position from 0 to `items.length - 1`. */
export interface ItemStore {
  readonly dims: number;
  readonly items: readonly IndexItem[];
  /** The vectors [items, dims]: a view that is valid until the next change. */
  vectors(): Float32Array;
  has(id: string): boolean;
  /** Puts items at the end, or replaces those of the same id; returns the position of each item. */
  put(rows: Float32Array, added: readonly IndexItem[]): Int32Array;
  /** Removes the items at the positions that are marked with 1; the items behind them move up. */
  remove(marked: Uint8Array): void;
}

/** A store that begins with a copy of what a state holds. */
export function createItemStore({ dims, items: first, vectors: start }: OpenState): ItemStore {
  let items = [...first];
  let vectors = start.slice(); // with room for more behind the items
  let positions = positionsOf(items);

  const reserve = (count: number): void => {
    if (vectors.length >= count * dims) return;
    const larger = new Float32Array(Math.max(2 * items.length, count) * dims);
    larger.set(vectors.subarray(0, items.length * dims));
    vectors = larger;
  };

  return {
    dims,
    get items() {
      return items;
    },
    vectors: () => vectors.subarray(0, items.length * dims),
    has: (id) => positions.has(id),
    put(rows, added) {
      reserve(items.length + added.filter(({ id }) => !positions.has(id)).length);
      return Int32Array.from(added, (item, i) => {
        const position = positions.get(item.id) ?? items.length;
        positions.set(item.id, position);
        items[position] = item;
        vectors.set(rows.subarray(i * dims, (i + 1) * dims), position * dims);
        return position;
      });
    },
    remove(marked) {
      let kept = 0;
      for (let position = 0; position < marked.length; position++) {
        if (marked[position] === 1) continue;
        vectors.copyWithin(kept * dims, position * dims, (position + 1) * dims);
        kept++;
      }
      items = items.filter((_, position) => marked[position] !== 1);
      positions = positionsOf(items);
    },
  };
}

function positionsOf(items: readonly IndexItem[]): Map<string, number> {
  return new Map(items.map(({ id }, position) => [id, position]));
}
