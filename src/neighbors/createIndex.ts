import { checkInteger } from '../base/checks.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../base/embeddings.ts';
import { MetricLearningError } from '../base/errors.ts';
import { checkThreshold } from './checkThreshold.ts';
import { createQueue } from './createQueue.ts';
import { checkIndexState, checkUniqueIds, type IndexState } from './indexState.ts';
import { itemTest } from './itemFilter.ts';
import type { Found } from './rowSearch.ts';
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
  const { inTurn, close } = createQueue('index');

  const used = (): Float32Array => vectors.subarray(0, items.length * dims);
  const outdate = (): void => {
    searcher?.dispose();
    searcher = undefined;
  };

  const insert = (rows: Float32Array, added: readonly IndexItem[]): void => {
    const fresh = added.filter(({ id }) => !places.has(id)).length;
    if (vectors.length < (items.length + fresh) * dims) {
      const larger = new Float32Array(Math.max(2 * items.length, items.length + fresh) * dims);
      larger.set(used());
      vectors = larger;
    }
    added.forEach((item, i) => {
      const place = places.get(item.id) ?? items.length;
      places.set(item.id, place);
      items[place] = item;
      vectors.set(rows.subarray(i * dims, (i + 1) * dims), place * dims);
    });
    outdate();
  };

  return {
    dims,
    distance,
    count: (filter = {}) =>
      inTurn(async () => items.filter(itemTest('index.count', filter)).length),
    add: (embeddings, added) =>
      inTurn(async () => {
        const rows = await readRows('index.add', embeddings, dims);
        checkItems('index.add', added, rows.shape[0]);
        const taken = added.find(({ id }) => places.has(id));
        if (taken) throw idTaken(taken.id);
        insert(rows.data, added);
      }),
    upsert: (embeddings, added) =>
      inTurn(async () => {
        const rows = await readRows('index.upsert', embeddings, dims);
        checkItems('index.upsert', added, rows.shape[0]);
        insert(rows.data, added);
      }),
    remove: (filter) =>
      inTurn(async () => {
        const picked = items.map(itemTest('index.remove', filter));
        const kept = Array.from(items.keys()).filter((place) => !picked[place]);
        const removed = items.length - kept.length;
        if (removed === 0) return 0;
        kept.forEach((place, i) => {
          vectors.copyWithin(i * dims, place * dims, (place + 1) * dims);
        });
        items = kept.map((place) => items[place] as IndexItem);
        places = placesOf(items);
        outdate();
        return removed;
      }),
    search: (query, k, { filter, threshold = Infinity } = {}) =>
      inTurn(async () => {
        checkInteger('index.search', 'k', k);
        checkThreshold('index.search', threshold);
        const rows = await readRows('index.search', query, dims);
        const hits: Hit[][] = Array.from({ length: rows.shape[0] }, () => []);
        const allowed =
          filter && Uint8Array.from(items.map(itemTest('index.search', filter)), Number);
        if (items.length === 0) return hits;
        searcher ??= createSearcher(
          'index.search',
          { data: used(), shape: [items.length, dims] },
          distance,
        );
        const visit = (q: number, found: readonly Found[]): void => {
          hits[q] = found
            .filter((hit) => hit.distance <= threshold)
            .map((hit) => ({ ...(items[hit.index] as IndexItem), distance: hit.distance }));
        };
        await searcher.find(rows, k, visit, { ...(allowed && { allowed }) });
        return hits;
      }),
    state: () => ({ dims, distance, items: [...items], vectors: used().slice() }),
    dispose: () => close(outdate),
  };
}

async function readRows(
  where: string,
  embeddings: Embeddings,
  dims: number,
): Promise<EmbeddingRows> {
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  if (rows.shape[1] !== dims) {
    throw new MetricLearningError({
      where,
      expected: `embeddings of the index's width (${dims})`,
      got: `shape [${rows.shape}]`,
    });
  }
  return rows;
}

function idTaken(id: string): MetricLearningError {
  return new MetricLearningError({
    where: 'index.add',
    expected: 'ids that the index does not have',
    got: JSON.stringify(id),
    fix: 'Use upsert to take the place of items.',
  });
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
