import { checkInteger } from '../base/checks.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../base/embeddings.ts';
import { MetricLearningError } from '../base/errors.ts';
import { checkThreshold } from './checkThreshold.ts';
import { checkIndexState, checkUniqueIds, type IndexState } from './indexState.ts';
import { itemTest } from './itemFilter.ts';
import { checkSearchDistance, type SearchDistance } from './searchDistance.ts';
import { createSearcher, type Searcher } from './searcher.ts';
import type { Hit, IndexItem, VectorIndex } from './vectorIndex.ts';

export interface IndexOptions {
  /** The width of the embeddings. */
  dims: number;
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
}

/** An index in memory, searched exactly. */
export interface ExactIndex extends VectorIndex {
  /** All it holds as plain data, which later changes leave alone: for `encodeIndex` and `restoreIndex`. */
  state(): IndexState;
}

/**
 * An empty index in memory. Its searches are those of `nearestNeighbors`: exact, on the current backend, ties in the
 * order in which the items were added. The items are made ready at the first search after a change.
 *
 * @throws MetricLearningError if an option is out of range.
 */
export function createIndex({ dims, distance = 'squaredEuclidean' }: IndexOptions): ExactIndex {
  checkInteger('createIndex', 'dims', dims);
  checkSearchDistance('createIndex', distance);
  return fromState({ dims, distance, items: [], vectors: new Float32Array(0) });
}

/**
 * The index whose `state()` was kept.
 *
 * @throws MetricLearningError if the state does not fit together.
 */
export function restoreIndex(state: IndexState): ExactIndex {
  checkIndexState('restoreIndex', state);
  return fromState(state);
}

function fromState({ dims, distance, ...start }: IndexState): ExactIndex {
  let items = [...start.items];
  let vectors = start.vectors.slice(); // with room for more behind the items
  let places = placesOf(items);
  let searcher: Searcher | undefined;
  let disposed = false;

  const checkAlive = (): void => {
    if (!disposed) return;
    throw new MetricLearningError({
      where: 'index',
      expected: 'an index in use',
      got: 'one that was disposed',
    });
  };
  const outdate = (): void => {
    searcher?.dispose();
    searcher = undefined;
  };
  const used = (): Float32Array => vectors.subarray(0, items.length * dims);

  const insert = (rows: Float32Array, added: readonly IndexItem[], replace: boolean): void => {
    const fresh = added.filter(({ id }) => !places.has(id));
    // A search under way reads the old array: what is replaced goes into a new one.
    if (fresh.length < added.length || vectors.length < (items.length + fresh.length) * dims) {
      const room = Math.max(2 * items.length, items.length + fresh.length) * dims;
      const larger = new Float32Array(room);
      larger.set(used());
      vectors = larger;
    }
    if (replace) items = [...items];
    added.forEach((item, i) => {
      const place = places.get(item.id) ?? items.length;
      places.set(item.id, place);
      items[place] = item;
      vectors.set(rows.subarray(i * dims, (i + 1) * dims), place * dims);
    });
    outdate();
  };

  const read = async (where: string, embeddings: Embeddings): Promise<EmbeddingRows> => {
    checkAlive();
    const rows = await readEmbeddings(where, 'embeddings', embeddings);
    checkAlive();
    if (rows.shape[1] !== dims) {
      throw new MetricLearningError({
        where,
        expected: `embeddings of the index's width (${dims})`,
        got: `shape [${rows.shape}]`,
      });
    }
    return rows;
  };

  return {
    dims,
    distance,
    async count(filter = {}) {
      checkAlive();
      return items.filter(itemTest('index.count', filter)).length;
    },
    async add(embeddings, added) {
      const rows = await read('index.add', embeddings);
      checkItems('index.add', added, rows.shape[0]);
      const taken = added.find(({ id }) => places.has(id));
      if (taken) {
        throw new MetricLearningError({
          where: 'index.add',
          expected: 'ids that the index does not have',
          got: JSON.stringify(taken.id),
          fix: 'Use upsert to take the place of items.',
        });
      }
      insert(rows.data, added, false);
    },
    async upsert(embeddings, added) {
      const rows = await read('index.upsert', embeddings);
      checkItems('index.upsert', added, rows.shape[0]);
      insert(rows.data, added, true);
    },
    async remove(filter) {
      checkAlive();
      const picked = items.map(itemTest('index.remove', filter));
      const kept = Array.from(items.keys()).filter((place) => !picked[place]);
      const removed = items.length - kept.length;
      if (removed === 0) return 0;
      const rest = new Float32Array(kept.length * dims);
      kept.forEach((place, i) => {
        rest.set(vectors.subarray(place * dims, (place + 1) * dims), i * dims);
      });
      items = kept.map((place) => items[place] as IndexItem);
      vectors = rest;
      places = placesOf(items);
      outdate();
      return removed;
    },
    async search(query, k, { filter, threshold = Infinity } = {}) {
      checkInteger('index.search', 'k', k);
      checkThreshold('index.search', threshold);
      const rows = await read('index.search', query);
      const hits: Hit[][] = Array.from({ length: rows.shape[0] }, () => []);
      if (items.length === 0) return hits;
      const snapshot = items;
      const allowed =
        filter && Uint8Array.from(snapshot.map(itemTest('index.search', filter)), Number);
      searcher ??= createSearcher(
        'index.search',
        { data: used(), shape: [items.length, dims] },
        distance,
      );
      await searcher.find(
        rows,
        k,
        (q, found) => {
          hits[q] = found
            .filter((hit) => hit.distance <= threshold)
            .map((hit) => ({ ...(snapshot[hit.index] as IndexItem), distance: hit.distance }));
        },
        { ...(allowed && { allowed }) },
      );
      return hits;
    },
    state: () => ({ dims, distance, items: [...items], vectors: used().slice() }),
    dispose() {
      outdate();
      disposed = true;
    },
  };
}

function placesOf(items: readonly IndexItem[]): Map<string, number> {
  return new Map(items.map(({ id }, place) => [id, place]));
}

function checkItems(where: string, items: readonly IndexItem[], count: number): void {
  if (items.length !== count) {
    throw new MetricLearningError({
      where,
      expected: `one item per embedding (${count})`,
      got: `${items.length}`,
    });
  }
  checkUniqueIds(where, items);
}
