import { type OpenState, placesById } from '../indexState.ts';
import { itemTest } from '../itemFilter.ts';
import type { IndexItem, ItemFilter } from '../vectorIndex.ts';
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
  /** The item in a slot; undefined if it is empty. */
  item(slot: number): IndexItem | undefined;
  /** The vector of a slot: a view that is valid until the next change. */
  row(slot: number): Float32Array;
  /** The vectors of the slots from `tile * tileWidth` on, `tileWidth` of them or as many as there are: a view. */
  tile(tile: number): Float32Array;
  /** The items in the order of their slots. */
  items(): IndexItem[];
  /** A copy of the vectors of all items, in the same order: [items, dims]. */
  vectors(): Float32Array;
  has(id: string): boolean;
  /** Puts items at the end, or replaces those of the same id; returns the slot of each item. */
  put(rows: Float32Array, added: readonly IndexItem[]): Int32Array;
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

/** A store that begins with what a state holds. It reads the vectors of the state, and copies a tile before it changes. */
export function createItemStore({
  dims,
  items: first,
  vectors: start,
  placeOf,
}: OpenState): ItemStore {
  let items: (IndexItem | undefined)[] = [...first];
  let tiles = tilesOf(start, dims);
  let own = new Set<number>(); // the tiles that are no views of the state's vectors
  let slotOf = placeOf;
  let postings = createPostings(() => items);

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
    item: (slot) => items[slot],
    row,
    tile(tile) {
      const width = Math.min(tileWidth, items.length - tile * tileWidth);
      return tiles[tile]!.subarray(0, width * dims);
    },
    items: () => items.filter((item) => item !== undefined),
    vectors() {
      const all = new Float32Array(slotOf.size * dims);
      let at = 0;
      for (let slot = 0; slot < items.length; slot++) {
        if (items[slot] === undefined) continue;
        all.set(row(slot), at);
        at += dims;
      }
      return all;
    },
    has: (id) => slotOf.has(id),
    put(rows, added) {
      return Int32Array.from(added, (item, i) => {
        const slot = slotOf.get(item.id) ?? items.length;
        makeOwn(Math.floor(slot / tileWidth));
        const before = items[slot];
        slotOf.set(item.id, slot);
        items[slot] = item;
        postings.put(slot, before);
        row(slot).set(rows.subarray(i * dims, (i + 1) * dims));
        return slot;
      });
    },
    remove(slots) {
      for (let i = 0; i < slots.length; i++) {
        const item = items[slots[i]!];
        if (item === undefined) continue;
        slotOf.delete(item.id);
        items[slots[i]!] = undefined;
        postings.remove(item);
      }
    },
    pack() {
      if (items.length - slotOf.size <= Math.max(fewGaps, slotOf.size)) return undefined;
      const kept = Int32Array.from(slotOf.values()).sort();
      const packed: Float32Array[] = [];
      kept.forEach((slot, to) => {
        if (to % tileWidth === 0) packed.push(new Float32Array(tileWidth * dims));
        packed.at(-1)!.set(row(slot), (to % tileWidth) * dims);
      });
      own = new Set(packed.keys());
      items = Array.from(kept, (slot) => items[slot]!);
      tiles = packed;
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

/** The vectors in tiles, which are views. */
function tilesOf(vectors: Float32Array, dims: number): Float32Array[] {
  const size = tileWidth * dims;
  return Array.from({ length: Math.ceil(vectors.length / size) }, (_, tile) =>
    vectors.subarray(tile * size, (tile + 1) * size),
  );
}
