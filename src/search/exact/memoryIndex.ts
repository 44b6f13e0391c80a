import type { EmbeddingRows } from '../../data/embeddings.ts';
import { checkInteger } from '../../internal/checks.ts';
import { readOptions } from '../../internal/readOptions.ts';
import { createQueue } from '../createQueue.ts';
import { knownId, readIndexInput, readIndexRows } from '../indexInput.ts';
import type { IndexState, OpenState } from '../indexState.ts';
import { checkRemoval, itemTest } from '../itemFilter.ts';
import { type Hit, indexSearchOptions, type VectorIndex } from '../vectorIndex.ts';
import { createItemStore, type ItemStore } from './itemStore.ts';
import type { Found } from './nearestAmong.ts';

/** An index that is kept in memory. */
export interface MemoryIndex extends VectorIndex {
  /** A copy of all that the index holds, as plain data: for `encodeIndex` and `restoreIndex`. */
  state(): IndexState;
}

/** How an index in memory finds the nearest items. The index reports each change of its store to the engine. */
export interface SearchEngine {
  /** Items were put at these positions: new items, or items that replace others. */
  put(positions: Int32Array): Promise<void>;
  /** The items that are marked with 1 are about to be removed; the items behind them will move up. */
  remove(marked: Uint8Array): Promise<void>;
  /**
   * Calls `visit` for one query after the other with its k nearest items among those that are marked with 1 in
   * `allowed` (undefined: among all), nearest first; of equal distances the lower position comes first.
   */
  find(
    query: EmbeddingRows,
    k: number,
    visit: (q: number, found: readonly Found[]) => void,
    allowed: Uint8Array | undefined,
  ): Promise<void>;
  dispose(): void;
}

/** An index in memory, and its queue for further work on the store. */
export interface MemoryIndexParts {
  readonly index: MemoryIndex;
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** An index that begins with the items of a state, and searches them by the engine that `engineOf` makes. */
export function createMemoryIndex(
  state: OpenState,
  engineOf: (store: ItemStore) => SearchEngine,
): MemoryIndexParts {
  const { dims, distance } = state;
  const store = createItemStore(state);
  const engine = engineOf(store);
  const { inTurn, close } = createQueue('index');
  const test = (where: string, filter: Parameters<typeof itemTest>[1]): Uint8Array =>
    Uint8Array.from(store.items.map(itemTest(where, filter)), Number);

  const index: MemoryIndex = {
    dims,
    distance,
    count: (filter = {}) =>
      inTurn(async () => store.items.filter(itemTest('index.count', filter)).length),
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
        const marked = test('index.remove', filter);
        const removed = marked.reduce((sum, mark) => sum + mark, 0);
        if (removed === 0) return 0;
        await engine.remove(marked);
        store.remove(marked);
        return removed;
      }),
    search: (query, k, options = {}) =>
      inTurn(async () => {
        checkInteger('index.search', 'k', k);
        const { filter, threshold } = readOptions('index.search', indexSearchOptions, options);
        const rows = await readIndexRows('index.search', query, dims);
        const hits: Hit[][] = Array.from({ length: rows.shape[0] }, () => []);
        const allowed = filter === undefined ? undefined : test('index.search', filter);
        if (store.items.length === 0) return hits;
        const visit = (q: number, found: readonly Found[]): void => {
          hits[q] = found
            .filter((hit) => hit.distance <= threshold)
            .map((hit) => ({ ...store.items[hit.index]!, distance: hit.distance }));
        };
        await engine.find(rows, k, visit, allowed);
        return hits;
      }),
    state: () => ({
      dims,
      distance: distance.config ?? distance,
      items: [...store.items],
      vectors: store.vectors().slice(),
    }),
    dispose: () => close(() => engine.dispose()),
  };
  return { index, inTurn };
}
