import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { createQueue } from '../createQueue.ts';
import { defaultBatching, gatherSearches } from '../gatherSearches.ts';
import { type IndexInput, readIndexInput } from '../indexInput.ts';
import { checkItemFilter, checkRemoval } from '../itemFilter.ts';
import type { Hit, ItemFilter, VectorIndex } from '../vectorIndex.ts';

/** The requests to a database. All arguments are checked before. `where` is what errors name. */
export interface RemoteStore {
  /** Prepares the store. It is called before the first request, and again if it failed. */
  open(): Promise<void>;
  count(where: string, filter: ItemFilter): Promise<number>;
  /** Stores new items, or throws `knownId` and stores none. */
  add(where: string, input: IndexInput): Promise<void>;
  upsert(where: string, input: IndexInput): Promise<void>;
  remove(where: string, filter: ItemFilter): Promise<number>;
  /** The k nearest of each query, nearest first. */
  find(where: string, query: EmbeddingRows, k: number, filter: ItemFilter): Promise<Hit[][]>;
}

/** An index over a database, which the first use opens. Requests are sent one after the other. */
export function createRemoteIndex(
  dims: number,
  distance: Distance,
  store: RemoteStore,
): VectorIndex {
  const queue = createQueue('index');
  let open = false;
  const ready = async (): Promise<RemoteStore> => {
    if (!open) await store.open();
    open = true;
    return store;
  };
  // The thresholds of databases leave out what lies exactly on them: they get none.
  const { search, inTurn } = gatherSearches(queue, {
    dims,
    most: defaultBatching,
    find: async (query, k, filter = {}) => (await ready()).find('index.search', query, k, filter),
  });
  return {
    dims,
    distance,
    count: (filter = {}) =>
      inTurn(async () => {
        checkItemFilter('index.count', filter);
        return (await ready()).count('index.count', filter);
      }),
    add: (embeddings, items) =>
      inTurn(async () => {
        const input = await readIndexInput('index.add', embeddings, items, dims);
        await (await ready()).add('index.add', input);
      }),
    upsert: (embeddings, items) =>
      inTurn(async () => {
        const input = await readIndexInput('index.upsert', embeddings, items, dims);
        await (await ready()).upsert('index.upsert', input);
      }),
    remove: (filter) =>
      inTurn(async () => {
        checkRemoval('index.remove', filter);
        return (await ready()).remove('index.remove', filter);
      }),
    search,
    close: () => queue.close(() => undefined),
    dispose: () => queue.dispose(() => undefined),
  };
}
