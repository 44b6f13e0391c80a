import type { EmbeddingRows } from '../../data/embeddings.ts';
import { createQueue } from '../createQueue.ts';
import { gatherSearches } from '../gatherSearches.ts';
import { knownId, readIndexInput } from '../indexInput.ts';
import type { IndexState, OpenState } from '../indexState.ts';
import { checkRemoval } from '../itemFilter.ts';
import type { Hit, VectorIndex } from '../vectorIndex.ts';
import { createPlainRows, type ItemRows } from './itemRows.ts';
import { createItemStore, type ItemStore, type Selection } from './itemStore.ts';
import type { Found } from './nearestAmong.ts';

/** An index that is kept in memory. */
export interface MemoryIndex extends VectorIndex {
  /** A copy of all that the index holds, as plain data: for `encodeIndex` and `restoreIndex`. */
  state(): IndexState;
}

/** How an index in memory finds the nearest items. The index reports each change of its store to the engine. */
export interface SearchEngine {
  /** Items were put into these slots: new items, or items that replace others. */
  put(slots: Int32Array): Promise<void>;
  /** The items of these slots are about to be removed. */
  remove(slots: ArrayLike<number>): Promise<void>;
  /** The gaps of the store were closed; `kept` are the slots from before, in their order. */
  pack(kept: Int32Array): void;
  /**
   * Calls `visit` for one query after the other with its k nearest items of the selection (undefined: of all), nearest
   * first; of equal distances the lower slot comes first.
   */
  find(
    query: EmbeddingRows,
    k: number,
    visit: (q: number, found: readonly Found[]) => void,
    selection: Selection | undefined,
  ): Promise<void>;
  dispose(): void;
}

/** An index in memory, and its queue for further work on the store. */
export interface MemoryIndexParts {
  readonly index: MemoryIndex;
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** How an index in memory begins. */
export interface MemoryIndexStart {
  /** What it holds. */
  readonly state: OpenState;
  /** The most queries that several calls are answered together with. */
  readonly batching: number;
}

/**
 * An index that begins with the items of a state, and searches them by the engine that `engineOf` makes. `rows` hold the
 * vectors of the state.
 */
export function createMemoryIndex(
  { state, batching }: MemoryIndexStart,
  engineOf: (store: ItemStore) => SearchEngine,
  rows: ItemRows = createPlainRows(state.dims, state.vectors),
): MemoryIndexParts {
  const { dims, distance } = state;
  const store = createItemStore(state, rows);
  const engine = engineOf(store);
  const queue = createQueue('index');
  const { search, inTurn } = gatherSearches(queue, {
    dims,
    most: batching,
    async find(query, k, filter) {
      const hits: Hit[][] = Array.from({ length: query.shape[0] }, () => []);
      const selection = filter && store.select('index.search', filter);
      if ((selection?.slots.length ?? store.count) === 0) return hits;
      const visit = (q: number, found: readonly Found[]): void => {
        hits[q] = found.map(({ index, distance: at }) => ({ ...store.item(index)!, distance: at }));
      };
      await engine.find(query, k, visit, selection);
      return hits;
    },
  });

  const index: MemoryIndex = {
    dims,
    distance,
    count: (filter) =>
      inTurn(async () =>
        filter === undefined ? store.count : store.select('index.count', filter).slots.length,
      ),
    add: (embeddings, added) =>
      inTurn(async () => {
        const { rows, items } = await readIndexInput('index.add', embeddings, added, dims);
        const known = items.find(({ id }) => store.has(id));
        if (known) throw knownId('index.add', known.id);
        await engine.put(store.put(rows, items));
      }),
    upsert: (embeddings, added) =>
      inTurn(async () => {
        const { rows, items } = await readIndexInput('index.upsert', embeddings, added, dims);
        await engine.put(store.put(rows, items));
      }),
    remove: (filter) =>
      inTurn(async () => {
        checkRemoval('index.remove', filter);
        const { slots } = store.select('index.remove', filter);
        if (slots.length === 0) return 0;
        await engine.remove(slots);
        store.remove(slots);
        const kept = store.pack();
        if (kept) engine.pack(kept);
        return slots.length;
      }),
    search,
    state: () => ({
      dims,
      distance: distance.config ?? distance,
      items: store.items(),
      vectors: store.vectors(),
      ...(rows.storage !== 'float32' && { storage: rows.storage }),
    }),
    close: () => queue.close(() => engine.dispose()),
    dispose: () => queue.dispose(() => engine.dispose()),
  };
  return { index, inTurn };
}
