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
  const { dims, rows } = store;
  const orderOf = (data: Float32Array): ReturnType<typeof exactOrder> =>
    exactOrder(metric, query, { data, shape: [data.length / dims, dims] }, lengths);
  if (rows.storage !== 'float32') {
    const one = new Float32Array(dims);
    const order = orderOf(one);
    return (q, slot) => {
      one.set(rows.row(slot));
      return order(q, 0);
    };
  }
  const orders: ReturnType<typeof exactOrder>[] = [];
  return (q, slot) => {
    const at = Math.floor(slot / tileWidth);
    orders[at] ??= orderOf(store.tile(at));
    return orders[at](q, slot % tileWidth);
  };
}
