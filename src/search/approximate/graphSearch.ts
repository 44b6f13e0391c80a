import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { SearchMetric } from '../../distances/distance.ts';
import { distanceOfOrder } from '../exact/exactDistance.ts';
import type { ItemStore, Selection } from '../exact/itemStore.ts';
import { type Found, nearestAmong } from '../exact/nearestAmong.ts';
import { slotOrder } from '../exact/slotOrder.ts';
import type { DistinctRows } from './distinctRows.ts';
import type { NeighborGraph } from './neighborGraph.ts';

/** Candidates beyond k: the graph's float32 may rank the k-th a little too far. */
const spare = 16;
/** Getting one candidate from the graph costs as much as measuring this many items. */
const costOfCandidate = 4;

export interface GraphSearch {
  readonly graph: NeighborGraph;
  readonly rows: DistinctRows;
  readonly metric: SearchMetric;
  readonly query: EmbeddingRows;
  readonly store: ItemStore;
  /** Which items may be found. Default: all. */
  readonly selection: Selection | undefined;
}

/**
 * Finds the k nearest items of each query, or as many as there are: candidates from the graph, ranked by their exact
 * distances.
 *
 * Where too few candidates pass the filter, the graph is asked for four times as many, and so on. As soon as it costs
 * less to measure every allowed item, all of them are measured, and the answer is exact.
 */
export function graphSearch({
  graph,
  rows,
  metric,
  query,
  store,
  selection,
}: GraphSearch): (k: number, visit: (q: number, found: readonly Found[]) => void) => void {
  const order = slotOrder(store, metric, query);
  const finish = distanceOfOrder(metric);
  const exact = (q: number, slot: number): number => finish(order(q, slot));
  const total = store.count;
  const count = selection ? selection.slots.length : total;
  const allowed = selection?.marks();

  const candidatesOf = (nodes: readonly number[]): number[] => {
    const candidates: number[] = [];
    for (const node of nodes) {
      rows.eachRow(node, (slot) => {
        if (!allowed || allowed[slot] === 1) candidates.push(slot);
      });
    }
    return candidates;
  };

  return (k, visit) => {
    const wanted = Math.min(k, count);
    const lookAt = (q: number, candidates: ArrayLike<number>): void =>
      visit(
        q,
        nearestAmong(candidates, wanted, (r) => exact(q, r)),
      );
    let pending = Array.from({ length: query.shape[0] }, (_, q) => q);
    const ofAll = (wanted * total) / Math.max(1, count); // candidates of which about `wanted` are allowed
    let fetch = spare + Math.ceil(allowed ? 1.5 * ofAll : ofAll);
    while (pending.length > 0 && costOfCandidate * fetch < count) {
      const short: number[] = [];
      graph.search(gathered(query, pending), fetch, (i, nodes) => {
        const q = pending[i]!;
        const candidates = candidatesOf(nodes);
        if (candidates.length < wanted) short.push(q);
        else lookAt(q, candidates);
      });
      pending = short;
      fetch *= 4;
    }
    if (pending.length === 0) return;
    const all = (selection ?? store.select('index.search', {})).slots;
    for (const q of pending) lookAt(q, all);
  };
}

function gathered(
  { data, shape: [, dims] }: EmbeddingRows,
  some: readonly number[],
): EmbeddingRows {
  const values = new Float32Array(some.length * dims);
  some.forEach((q, i) => {
    values.set(data.subarray(q * dims, (q + 1) * dims), i * dims);
  });
  return { data: values, shape: [some.length, dims] };
}
