import type { EmbeddingRows } from '../../data/embeddings.ts';
import { checkInteger } from '../../internal/checks.ts';
import { checkThreshold } from '../checkThreshold.ts';
import { createQueue } from '../createQueue.ts';
import { type IndexInput, readIndexInput, readIndexRows } from '../indexInput.ts';
import type { SearchDistance } from '../searchDistance.ts';
import type { Hit, ItemFilter, VectorIndex } from '../vectorIndex.ts';
import { checkItems, checkPlainFilter } from './checkItems.ts';

/** What a database is asked for; all that it gets is checked. `where` is what errors begin with. */
export interface RemoteStore {
  /** Makes ready what all else needs. Called before all else; again if it failed. */
  open(): Promise<void>;
  count(where: string, filter: ItemFilter): Promise<number>;
  /** Stores new items, or throws `idTaken` and stores none. */
  add(where: string, input: IndexInput): Promise<void>;
  upsert(where: string, input: IndexInput): Promise<void>;
  remove(where: string, filter: ItemFilter): Promise<number>;
  /** The k nearest of each query, nearest first. */
  find(where: string, query: EmbeddingRows, k: number, filter: ItemFilter): Promise<Hit[][]>;
}

/** An index over what a database keeps: it is opened at the first use, and asked one thing after the other. */
export function createRemoteIndex(
  dims: number,
  distance: SearchDistance,
  store: RemoteStore,
): VectorIndex {
  const { inTurn, close } = createQueue('index');
  let open = false;
  const ready = async (): Promise<RemoteStore> => {
    if (!open) await store.open();
    open = true;
    return store;
  };
  const readInput = async (
    where: string,
    ...[embeddings, items]: Parameters<VectorIndex['add']>
  ): Promise<IndexInput> => {
    const input = await readIndexInput(where, embeddings, items, dims);
    checkItems(where, items);
    return input;
  };

  return {
    dims,
    distance,
    count: (filter = {}) =>
      inTurn(async () => {
        checkPlainFilter('index.count', filter);
        return (await ready()).count('index.count', filter);
      }),
    add: (embeddings, items) =>
      inTurn(async () => {
        const input = await readInput('index.add', embeddings, items);
        await (await ready()).add('index.add', input);
      }),
    upsert: (embeddings, items) =>
      inTurn(async () => {
        const input = await readInput('index.upsert', embeddings, items);
        await (await ready()).upsert('index.upsert', input);
      }),
    remove: (filter) =>
      inTurn(async () => {
        checkPlainFilter('index.remove', filter);
        return (await ready()).remove('index.remove', filter);
      }),
    search: (query, k, { filter = {}, threshold = Infinity } = {}) =>
      inTurn(async () => {
        checkInteger('index.search', 'k', k);
        checkThreshold('index.search', threshold);
        checkPlainFilter('index.search', filter);
        const rows = await readIndexRows('index.search', query, dims);
        const hits = await (await ready()).find('index.search', rows, k, filter);
        // Here and not in the database: the nearest come first, and its own thresholds leave out what lies on them.
        return hits.map((found) => found.filter((hit) => hit.distance <= threshold));
      }),
    dispose: () => close(() => undefined),
  };
}
