import { ready } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance, SearchMetric } from '../../distances/distance.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import { distanceOfOrder } from './exactDistance.ts';
import { createItemFrame } from './itemFrame.ts';
import type { ItemStore, Selection } from './itemStore.ts';
import { createFramedTile, createMatrixTile, type ItemTile } from './itemTiles.ts';
import type { SearchEngine } from './memoryIndex.ts';
import { type Found, nearestAmong } from './nearestAmong.ts';
import { type Products, tileWidth, wholeBlock } from './products.ts';
import { findNearest } from './searcher.ts';
import { matrixQuery, type QuerySpace } from './searchSpace.ts';
import { slotOrder } from './slotOrder.ts';

/** Items that a filter picks are measured one by one where they are fewer than this, or than this share of all items. */
const few = 256;
const fewShare = 1 / 32;

/** Products until waiting events run: one is of a value of a query and one of an item. */
const productsAtOnce = 2 ** 25;
/** Reading an item's value costs as much as so many products. */
const readingCost = 8;

/** The tiles of an index, and what queries need to be measured by them. */
interface EngineRows {
  /** The tiles of the first slots; `tile` makes the one that is not there yet. */
  readonly tiles: ItemTile[];
  tile(at: number): ItemTile;
  prepare(query: EmbeddingRows): Promise<QuerySpace>;
}

/**
 * Measures all items, which it keeps ready in tiles of `tileWidth` slots. A change of an item costs its row, not the
 * index.
 */
export function createExactEngine(store: ItemStore, distance: Distance): SearchEngine {
  const { search } = distance;
  const finish = search ? distanceOfOrder(search) : (order: number): number => order;
  const make = (): EngineRows => (search ? framedRows(store, search) : matrixRows(store, distance));
  let rows = make();
  const put = (slot: number): void => rows.tile(Math.floor(slot / tileWidth)).put(slot % tileWidth);
  const begin = (): void => {
    for (let slot = 0; slot < store.slots; slot += tileWidth) put(slot);
  };
  const dispose = (): void => {
    for (const tile of rows.tiles) tile.dispose();
    rows = make();
  };
  begin();

  return {
    async put(slots) {
      slots.forEach(put);
    },
    async remove(slots) {
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!;
        rows.tile(Math.floor(slot / tileWidth)).remove(slot % tileWidth);
      }
    },
    pack() {
      dispose();
      begin();
    },
    async find(query, k, visit, selection) {
      await ready();
      if (search && selection && isFew(selection, store)) {
        await measureFew(store, search, query, k, selection, visit);
        return;
      }
      const space = await rows.prepare(query);
      const products = productsOf(store, rows.tiles, selection);
      const allowed = selection?.marks();
      await findNearest({ total: store.slots, finish, products }, space, k, visit, {
        ...(allowed && { allowed }),
      });
    },
    dispose,
  };
}

/** Tiles for a distance that products compute. */
function framedRows(store: ItemStore, metric: SearchMetric): EngineRows {
  const tiles: ReturnType<typeof createFramedTile>[] = [];
  const itemFrame = createItemFrame(store, metric);
  return {
    tiles,
    tile: (at) => (tiles[at] ??= createFramedTile(tileRows(store, at))),
    async prepare(query) {
      const { frame, largest } = await itemFrame.refresh(tiles);
      const { rows, slack, lengths } = frame.prepare(query, largest);
      return { rows, slack, exact: slotOrder(store, metric, query, lengths) };
    },
  };
}

/** Tiles for any other distance. */
function matrixRows(store: ItemStore, distance: Distance): EngineRows {
  const tiles: ItemTile[] = [];
  return {
    tiles,
    tile: (at) => (tiles[at] ??= createMatrixTile('index.search', distance, tileRows(store, at))),
    prepare: async (query) => matrixQuery(query),
  };
}

function tileRows(
  store: ItemStore,
  at: number,
): { from: number; dims: number; rows(): Float32Array } {
  return { from: at * tileWidth, dims: store.dims, rows: () => store.tile(at) };
}

/** Whether measuring each item of a selection costs less than all products. */
export function isFew({ slots }: Selection, { count }: ItemStore): boolean {
  return slots.length <= Math.max(few, fewShare * count);
}

/** Finds the nearest of a few items, by their distances in float64. */
export async function measureFew(
  store: ItemStore,
  metric: SearchMetric,
  query: EmbeddingRows,
  k: number,
  { slots }: Selection,
  visit: (q: number, found: readonly Found[]) => void,
): Promise<void> {
  const order = slotOrder(store, metric, query);
  const finish = distanceOfOrder(metric);
  let done = 0;
  for (let q = 0; q < query.shape[0]; q++) {
    const found = nearestAmong(slots, k, (slot) => order(q, slot));
    visit(
      q,
      found.map(({ index, distance }) => ({ index, distance: finish(distance) })),
    );
    done += slots.length * store.dims * readingCost;
    if (done < productsAtOnce) continue;
    done = 0;
    await yieldToEvents();
  }
}

/** The orders by all tiles that hold an item of the selection. Waiting events run between them. */
function productsOf(
  store: ItemStore,
  tiles: readonly ItemTile[],
  selection: Selection | undefined,
): Pick<Products, 'tiles' | 'of'> {
  const wanted = selection && new Set<number>();
  if (selection) {
    const { slots } = selection;
    for (let i = 0; i < slots.length; i++) wanted?.add(Math.floor(slots[i]! / tileWidth));
  }
  const products: Pick<Products, 'tiles' | 'of'> = {
    async *tiles(query, first, count) {
      let done = 0;
      for (const [at, tile] of tiles.entries()) {
        if (wanted?.has(at) === false) continue;
        yield* tile.products(query, first, count);
        done += tileWidth * query.shape[1] * (count + readingCost);
        if (done < productsAtOnce) continue;
        done = 0;
        await yieldToEvents();
      }
    },
    of: (query, first, count) =>
      wholeBlock(products.tiles(query, first, count), count, store.slots),
  };
  return products;
}
