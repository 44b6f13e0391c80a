import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import type { ItemStore } from '../exact/itemStore.ts';
import type { SearchEngine } from '../exact/memoryIndex.ts';
import type { IndexGraph } from '../indexState.ts';
import type { SearchDistance } from '../searchDistance.ts';
import { createDistinctRows, type DistinctRows } from './distinctRows.ts';
import { graphSearch } from './graphSearch.ts';
import type { NeighborGraph } from './neighborGraph.ts';

/** Vectors that are added, or queries that are answered, before waiting events are let through. */
const blockRows = 256;

/** A graph, and which items belong to each of its nodes. */
export interface GraphOfItems {
  readonly graph: NeighborGraph;
  readonly rows: DistinctRows;
}

/** Finds by a graph of neighbours, which it keeps up to date with the items. */
export interface GraphEngine extends SearchEngine {
  /** The graph as plain data, for a state; none if there are no items. */
  keep(): Promise<IndexGraph | undefined>;
}

/** `makeGraph` makes an empty one for such vectors; `start` is one of the store's items, if there is one already. */
export function createGraphEngine(
  store: ItemStore,
  distance: SearchDistance,
  makeGraph: (vectors: Float32Array) => NeighborGraph,
  start?: GraphOfItems,
): GraphEngine {
  const { dims } = store;
  let now = start;
  let dead = 0; // nodes that were removed: the package skips them, but goes through them
  const row = (place: number): Float32Array =>
    store.vectors().subarray(place * dims, (place + 1) * dims);

  /** Tells the graph what lies at these places. */
  const change = async ({ graph, rows }: GraphOfItems, places: Iterable<number>): Promise<void> => {
    const gone: number[] = [];
    const fresh: { node: number; place: number }[] = [];
    for (const place of places) {
      const changed = rows.put(place, row(place));
      if (changed.gone !== undefined) gone.push(changed.gone);
      if (changed.fresh !== undefined) fresh.push({ node: changed.fresh, place });
    }
    if (gone.length > 0) graph.remove(gone);
    dead = Math.max(0, dead + gone.length - fresh.length); // the new ones take the place of dead ones
    for (let first = 0; first < fresh.length; first += blockRows) {
      const some = fresh.slice(first, first + blockRows);
      const vectors = new Float32Array(some.length * dims);
      some.forEach(({ place }, i) => {
        vectors.set(row(place), i * dims);
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

  /** The items are safe where this fails: the next search makes a new graph, or says what is wrong. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch {
      now = undefined;
    }
  };

  return {
    async put(places) {
      await attempt(async () => {
        if (now) await change(now, places);
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
        const search = graphSearch({ graph, rows, distance, query: block, reference, allowed });
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
