import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { checkInteger } from '../../internal/checks.ts';
import { readOptions } from '../../internal/readOptions.ts';
import { createQueue } from '../createQueue.ts';
import { type IndexInput, readIndexInput, readIndexRows } from '../indexInput.ts';
import { checkItemFilter, checkRemoval } from '../itemFilter.ts';
import { type Hit, type ItemFilter, indexSearchOptions, type VectorIndex } from '../vectorIndex.ts';

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
  const { inTurn, close } = createQueue('index');
  let open = false;
  const ready = async (): Promise<RemoteStore> => {
    if (!open) await store.open();
    open = true;
    return store;
  };
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
    search: (query, k, options = {}) =>
      inTurn(async () => {
        checkInteger('index.search', 'k', k);
        const read = readOptions('index.search', indexSearchOptions, options);
        const { filter = {}, threshold } = read;
        checkItemFilter('index.search', filter);
        const rows = await readIndexRows('index.search', query, dims);
        const hits = await (await ready()).find('index.search', rows, k, filter);
        // The database's own thresholds leave out what lies exactly on them.
        return hits.map((found) => found.filter((hit) => hit.distance <= threshold));
      }),
    dispose: () => close(() => undefined),
  };
}
