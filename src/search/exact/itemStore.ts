import type { IndexState } from '../indexState.ts';
import type { IndexItem } from '../vectorIndex.ts';

/** Items and their vectors side by side, each at a place from 0 to `items.length - 1`. */
export interface ItemStore {
  readonly dims: number;
  readonly items: readonly IndexItem[];
  /** The vectors [items, dims]: a view that holds until the next change. */
  vectors(): Float32Array;
  has(id: string): boolean;
  /** Puts items at the end, or in the place of those of the same id, and says where: the places, one an item. */
  put(rows: Float32Array, added: readonly IndexItem[]): Int32Array;
  /** Removes the items at the places that are marked with 1; those behind move up. */
  remove(marked: Uint8Array): void;
}

/** A store that begins with what a state holds, of which it makes a copy. */
export function createItemStore({ dims, items: first, vectors: start }: IndexState): ItemStore {
  let items = [...first];
  let vectors = start.slice(); // with room for more behind the items
  let places = placesOf(items);

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
    has: (id) => places.has(id),
    put(rows, added) {
      reserve(items.length + added.filter(({ id }) => !places.has(id)).length);
      return Int32Array.from(added, (item, i) => {
        const place = places.get(item.id) ?? items.length;
        places.set(item.id, place);
        items[place] = item;
        vectors.set(rows.subarray(i * dims, (i + 1) * dims), place * dims);
        return place;
      });
    },
    remove(marked) {
      let kept = 0;
      for (let place = 0; place < marked.length; place++) {
        if (marked[place] === 1) continue;
        vectors.copyWithin(kept * dims, place * dims, (place + 1) * dims);
        kept++;
      }
      items = items.filter((_, place) => marked[place] !== 1);
      places = placesOf(items);
    },
  };
}

function placesOf(items: readonly IndexItem[]): Map<string, number> {
  return new Map(items.map(({ id }, place) => [id, place]));
}
