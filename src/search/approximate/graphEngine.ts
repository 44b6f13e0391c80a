import type { SearchMetric } from '../../distances/distance.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import type { ItemStore } from '../exact/itemStore.ts';
import type { SearchEngine } from '../exact/memoryIndex.ts';
import { tileWidth } from '../exact/products.ts';
import type { IndexGraph } from '../indexState.ts';
import { createDistinctRows, type DistinctRows } from './distinctRows.ts';
import { graphSearch } from './graphSearch.ts';
import type { GraphOptions, NeighborGraph } from './neighborGraph.ts';

/** Vectors that are added, or queries that are answered, before waiting events run. */
const blockRows = 256;

/** A graph, and which items belong to each of its nodes. */
export interface GraphOfItems {
  readonly graph: NeighborGraph;
  readonly rows: DistinctRows;
}

/** Searches a graph of neighbors, which it updates with each change of the items. */
export interface GraphEngine extends SearchEngine {
  /** The graph as plain data, for a state; undefined if there are no items. */
  keep(): Promise<IndexGraph | undefined>;
}

/** How an engine makes its graph. */
export interface GraphMaking {
  /** Makes an empty graph. */
  make(parts: readonly Float32Array[]): NeighborGraph;
  readonly onProgress: GraphOptions['onProgress'];
  readonly signal: AbortSignal | undefined;
}

/** `start` is a graph of the store's items, where one was kept. */
export function createGraphEngine(
  store: ItemStore,
  metric: SearchMetric,
  { make, onProgress, signal }: GraphMaking,
  start?: GraphOfItems,
): GraphEngine {
  const { dims } = store;
  let now = start;
  let dead = 0; // nodes that were removed: the package still walks through them

  /** Updates the graph with the vectors of these slots. */
  const change = async ({ graph, rows }: GraphOfItems, slots: Iterable<number>): Promise<void> => {
    const gone: number[] = [];
    const fresh: { node: number; slot: number }[] = [];
    for (const slot of slots) {
      const changed = rows.put(slot, store.row(slot));
      if (changed.gone !== undefined) gone.push(changed.gone);
      if (changed.fresh !== undefined) fresh.push({ node: changed.fresh, slot });
    }
    if (gone.length > 0) graph.remove(gone);
    dead = Math.max(0, dead + gone.length - fresh.length); // new nodes replace dead ones
    for (let first = 0; first < fresh.length; first += blockRows) {
      signal?.throwIfAborted();
      const some = fresh.slice(first, first + blockRows);
      const vectors = new Float32Array(some.length * dims);
      some.forEach(({ slot }, i) => {
        vectors.set(store.row(slot), i * dims);
      });
      const nodes = some.map(({ node }) => node);
      graph.add(nodes, vectors);
      onProgress?.(first + some.length, fresh.length);
      await yieldToEvents();
    }
  };

  const ready = async (): Promise<GraphOfItems> => {
    if (now) return now;
    const { slots } = store.select('index', {});
    const tiles = Array.from({ length: Math.ceil(store.slots / tileWidth) }, (_, at) =>
      store.tile(at),
    );
    const made = { graph: make(tiles), rows: createDistinctRows(dims) };
    await change(made, Array.from(slots));
    dead = 0;
    now = made;
    return made;
  };

  /**
   * Where the graph fails, the items are unharmed: the next search builds a new graph, or reports the failure. An abort is
   * reported at once.
   */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      now = undefined;
      if (signal?.aborted && error === signal.reason) throw error;
    }
  };

  return {
    async put(slots) {
      await attempt(async () => {
        if (now) await change(now, slots);
        else await ready();
      });
    },
    async remove(slots) {
      await attempt(async () => {
        if (!now) return;
        const gone = now.rows.remove(slots);
        if (gone.length > 0) now.graph.remove(gone);
        dead += gone.length;
        if (dead > now.rows.size()) now = undefined;
      });
    },
    pack: (kept) => now?.rows.pack(kept),
    async find(query, k, visit, selection) {
      const { graph, rows } = await ready();
      for (let first = 0; first < query.shape[0]; first += blockRows) {
        const count = Math.min(blockRows, query.shape[0] - first);
        const data = query.data.subarray(first * dims, (first + count) * dims);
        const block = { data, shape: [count, dims] } as const;
        const search = graphSearch({ graph, rows, metric, query: block, store, selection });
        search(k, (q, found) => visit(first + q, found));
        await yieldToEvents();
      }
    },
    async keep() {
      if (store.count === 0) return undefined;
      const { graph, rows } = await ready();
      return { nodes: rows.nodes().filter((node) => node >= 0), bytes: await graph.bytes() };
    },
    dispose() {
      now = undefined;
    },
  };
}
