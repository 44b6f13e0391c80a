import type { EmbeddingRows } from '../../data/embeddings.ts';
import { checkInteger } from '../../internal/checks.ts';
import { checkThreshold } from '../checkThreshold.ts';
import { createQueue } from '../createQueue.ts';
import { idTaken, readIndexInput, readIndexRows } from '../indexInput.ts';
import type { IndexState } from '../indexState.ts';
import { itemTest } from '../itemFilter.ts';
import type { Hit, VectorIndex } from '../vectorIndex.ts';
import { createItemStore, type ItemStore } from './itemStore.ts';
import type { Found } from './rowSearch.ts';

/** An index that is kept in memory. */
export interface MemoryIndex extends VectorIndex {
  /** All it holds as plain data, which later changes leave alone: for `encodeIndex` and `restoreIndex`. */
  state(): IndexState;
}

/** The way in which an index in memory finds what is near. It is told of each change of its store. */
export interface SearchEngine {
  /** Items were put at these places: new ones, or others than before. */
  put(places: Int32Array): Promise<void>;
  /** The items that are marked with 1 are about to be removed, and those behind to move up. */
  remove(marked: Uint8Array): Promise<void>;
  /**
   * Calls `visit` with the k nearest items of each query in turn, nearest first, of equal ones the first: fewer if
   * there are no more, among those that are marked with 1 in `allowed`.
   */
  find(
    query: EmbeddingRows,
    k: number,
    visit: (q: number, found: readonly Found[]) => void,
    allowed: Uint8Array | undefined,
  ): Promise<void>;
  dispose(): void;
}

/** The index that begins with what a checked state holds, and what else works on its store, in turn with all other work. */
export interface MemoryIndexParts {
  readonly index: MemoryIndex;
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

/** Items in memory, searched by the engine that is made for them. */
export function createMemoryIndex(
  state: IndexState,
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
        const taken = items.find(({ id }) => store.has(id));
        if (taken) throw idTaken('index.add', taken.id);
        await engine.put(store.put(rows, items));
      }),
    upsert: (embeddings, added) =>
      inTurn(async () => {
        const { rows, items } = await readIndexInput('index.upsert', embeddings, added, dims);
        await engine.put(store.put(rows, items));
      }),
    remove: (filter) =>
      inTurn(async () => {
        const marked = test('index.remove', filter);
        const removed = marked.reduce((sum, mark) => sum + mark, 0);
        if (removed === 0) return 0;
        await engine.remove(marked);
        store.remove(marked);
        return removed;
      }),
    search: (query, k, { filter, threshold = Infinity } = {}) =>
      inTurn(async () => {
        checkInteger('index.search', 'k', k);
        checkThreshold('index.search', threshold);
        const rows = await readIndexRows('index.search', query, dims);
        const hits: Hit[][] = Array.from({ length: rows.shape[0] }, () => []);
        const allowed = filter && test('index.search', filter);
        if (store.items.length === 0) return hits;
        const visit = (q: number, found: readonly Found[]): void => {
          hits[q] = found
            .filter((hit) => hit.distance <= threshold)
            .map((hit) => ({ ...store.items[hit.index]!, distance: hit.distance }));
        };
        await engine.find(rows, k, visit, allowed);
        return hits;
      }),
    state: () => ({ dims, distance, items: [...store.items], vectors: store.vectors().slice() }),
    dispose: () => close(() => engine.dispose()),
  };
  return { index, inTurn };
}
