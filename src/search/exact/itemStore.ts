import { type OpenState, placesById } from '../indexState.ts';
import { itemTest } from '../itemFilter.ts';
import type { IndexItem, ItemFilter } from '../vectorIndex.ts';
import type { ItemRows } from './itemRows.ts';
import { createPostings } from './postings.ts';
import { tileWidth } from './products.ts';

/**
 * Items and their vectors, each in a slot: the first item has slot 0, and a new one gets the next slot. The slot of an
 * item that was removed stays empty, so that no other item moves, until `pack` closes the gaps.
 */
export interface ItemStore {
  readonly dims: number;
  /** The number of slots, the empty ones included. */
  readonly slots: number;
  /** The number of items. */
  readonly count: number;
  /** The vectors. */
  readonly rows: ItemRows;
  /** The item in a slot; undefined if it is empty. */
  item(slot: number): IndexItem | undefined;
  /** The vector of a slot, valid until the next call. */
  row(slot: number): Float32Array;
  /** The vectors of the slots from `tile * tileWidth` on, `tileWidth` of them or as many as there are. */
  tile(tile: number): Float32Array;
  /** The items in the order of their slots. */
  items(): IndexItem[];
  /** A copy of the vectors of all items, in the same order: [items, dims]. */
  vectors(): Float32Array;
  has(id: string): boolean;
  /** Puts items at the end, or replaces those of the same id; returns the slot of each item. */
  put(vectors: Float32Array, added: readonly IndexItem[]): Int32Array;
  /** Removes the items of these slots. */
  remove(slots: ArrayLike<number>): void;
  /** Closes the gaps, if more than half of the slots are empty; returns the slots that were kept, in their order. */
  pack(): Int32Array | undefined;
  /**
   * The items that a filter picks.
   *
   * @throws MetricLearningError if the filter is wrong; `where` is what the error names.
   */
  select(where: string, filter: ItemFilter): Selection;
}

/** Slots that a filter picks, ascending. */
export interface Selection {
  readonly slots: ArrayLike<number>;
  /** 1 at each of these slots. */
  marks(): Uint8Array;
}

/** Gaps that are not worth closing. */
const fewGaps = 1024;

/** A store that begins with the items of a state; `rows` hold their vectors. */
export function createItemStore(
  { dims, items: first, placeOf }: OpenState,
  rows: ItemRows,
): ItemStore {
  let items: (IndexItem | undefined)[] = [...first];
  let slotOf = placeOf;
  let postings = createPostings(() => items);

  const picked = (candidates: Iterable<number>, test: (item: IndexItem) => boolean): number[] => {
    const slots: number[] = [];
    for (const slot of candidates) {
      const item = items[slot];
      if (item !== undefined && test(item)) slots.push(slot);
    }
    return slots;
  };

  return {
    dims,
    get slots() {
      return items.length;
    },
    get count() {
      return slotOf.size;
    },
    rows,
    item: (slot) => items[slot],
    row: rows.row,
    tile: (tile) => rows.tile(tile, Math.min(tileWidth, items.length - tile * tileWidth)),
    items: () => items.filter((item) => item !== undefined),
    vectors() {
      const all = new Float32Array(slotOf.size * dims);
      let at = 0;
      for (let slot = 0; slot < items.length; slot++) {
        if (items[slot] === undefined) continue;
        all.set(rows.row(slot), at);
        at += dims;
      }
      return all;
    },
    has: (id) => slotOf.has(id),
    put(vectors, added) {
      return Int32Array.from(added, (item, i) => {
        const slot = slotOf.get(item.id) ?? items.length;
        const before = items[slot];
        slotOf.set(item.id, slot);
        items[slot] = item;
        postings.put(slot, before);
        rows.put(slot, vectors.subarray(i * dims, (i + 1) * dims));
        return slot;
      });
    },
    remove(slots) {
      for (let i = 0; i < slots.length; i++) {
        const item = items[slots[i]!];
        if (item === undefined) continue;
        slotOf.delete(item.id);
        items[slots[i]!] = undefined;
        rows.remove(slots[i]!);
        postings.remove(item);
      }
    },
    pack() {
      if (items.length - slotOf.size <= Math.max(fewGaps, slotOf.size)) return undefined;
      const kept = Int32Array.from(slotOf.values()).sort();
      rows.pack(kept);
      items = Array.from(kept, (slot) => items[slot]!);
      slotOf = placesById('index.remove', items as IndexItem[]);
      postings = createPostings(() => items);
      return kept;
    },
    select(where, filter) {
      const test = itemTest(where, filter);
      const near = filter.ids ? undefined : postings.narrow(filter);
      const known = filter.ids?.map((id) => slotOf.get(id) ?? -1);
      const candidates = known ? Int32Array.from(new Set(known)).sort() : near?.slots;
      const slots = near?.exact ? near.slots : picked(candidates ?? items.keys(), test);
      return {
        slots,
        marks() {
          const marked = new Uint8Array(items.length);
          for (let i = 0; i < slots.length; i++) marked[slots[i]!] = 1;
          return marked;
        },
      };
    },
  };
}
