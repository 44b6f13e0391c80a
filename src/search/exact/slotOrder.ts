import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { SearchMetric } from '../../distances/distance.ts';
import { exactOrder, lengthsOf, type RowLength } from './exactDistance.ts';
import type { ItemStore } from './itemStore.ts';
import { tileWidth } from './products.ts';

/** The order of query q and the item in a slot, in float64: see `exactOrder`. */
export function slotOrder(
  store: ItemStore,
  metric: SearchMetric,
  query: EmbeddingRows,
  lengths: readonly RowLength[] = lengthsOf(query, metric),
): (q: number, slot: number) => number {
  const orders: ReturnType<typeof exactOrder>[] = [];
  return (q, slot) => {
    const at = Math.floor(slot / tileWidth);
    let order = orders[at];
    if (!order) {
      const data = store.tile(at);
      const shape = [data.length / store.dims, store.dims] as const;
      order = exactOrder(metric, query, { data, shape }, lengths);
      orders[at] = order;
    }
    return order(q, slot % tileWidth);
  };
}
