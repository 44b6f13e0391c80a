import type { SearchMetric } from '../../distances/distance.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import type { ItemStore } from '../exact/itemStore.ts';
import type { SearchEngine } from '../exact/memoryIndex.ts';
import type { IndexGraph } from '../indexState.ts';
import { createDistinctRows, type DistinctRows } from './distinctRows.ts';
import { graphSearch } from './graphSearch.ts';
import type { NeighborGraph } from './neighborGraph.ts';

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

/** `makeGraph` makes an empty graph; `start` is a graph of the store's items, where one was kept. */
export function createGraphEngine(
  store: ItemStore,
  metric: SearchMetric,
  makeGraph: (vectors: Float32Array) => NeighborGraph,
  start?: GraphOfItems,
): GraphEngine {
  const { dims } = store;
  let now = start;
  let dead = 0; // nodes that were removed: the package still walks through them
  const row = (position: number): Float32Array =>
    store.vectors().subarray(position * dims, (position + 1) * dims);

  /** Updates the graph with the vectors at these positions. */
  const change = async (
    { graph, rows }: GraphOfItems,
    positions: Iterable<number>,
  ): Promise<void> => {
    const gone: number[] = [];
    const fresh: { node: number; position: number }[] = [];
    for (const position of positions) {
      const changed = rows.put(position, row(position));
      if (changed.gone !== undefined) gone.push(changed.gone);
      if (changed.fresh !== undefined) fresh.push({ node: changed.fresh, position });
    }
    if (gone.length > 0) graph.remove(gone);
    dead = Math.max(0, dead + gone.length - fresh.length); // new nodes replace dead ones
    for (let first = 0; first < fresh.length; first += blockRows) {
      const some = fresh.slice(first, first + blockRows);
      const vectors = new Float32Array(some.length * dims);
      some.forEach(({ position }, i) => {
        vectors.set(row(position), i * dims);
      });
      const nodes = some.map(({ node }) => node);
      graph.add(nodes, vectors);
      await yieldToEvents();
    }
  };

  const ready = async (): Promise<GraphOfItems> => {
    if (now) return now;
    const made = { graph: makeGraph(store.vectors()), rows: createDistinctRows(dims) };
    await change(made, store.items.keys());
    dead = 0;
    now = made;
    return made;
  };

  /** Where the graph fails, the items are unharmed: the next search builds a new graph, or reports the failure. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch {
      now = undefined;
    }
  };

  return {
    async put(positions) {
      await attempt(async () => {
        if (now) await change(now, positions);
        else await ready();
      });
    },
    async remove(marked) {
      await attempt(async () => {
        if (!now) return;
        const gone = now.rows.remove(marked);
        if (gone.length > 0) now.graph.remove(gone);
        dead += gone.length;
        if (dead > now.rows.size()) now = undefined;
      });
    },
    async find(query, k, visit, allowed) {
      const { graph, rows } = await ready();
      const reference = { data: store.vectors(), shape: [store.items.length, dims] } as const;
      for (let first = 0; first < query.shape[0]; first += blockRows) {
        const count = Math.min(blockRows, query.shape[0] - first);
        const data = query.data.subarray(first * dims, (first + count) * dims);
        const block = { data, shape: [count, dims] } as const;
        const search = graphSearch({ graph, rows, metric, query: block, reference, allowed });
        search(k, (q, found) => visit(first + q, found));
        await yieldToEvents();
      }
    },
    async keep() {
      if (store.items.length === 0) return undefined;
      const { graph, rows } = await ready();
      return { nodes: rows.nodes(), bytes: await graph.bytes() };
    },
    dispose() {
      now = undefined;
    },
  };
}
