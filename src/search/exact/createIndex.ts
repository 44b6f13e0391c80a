import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger } from '../../internal/checks.ts';
import { checkIndexState, type IndexState } from '../indexState.ts';
import { checkSearchDistance, type SearchDistance } from '../searchDistance.ts';
import type { ItemStore } from './itemStore.ts';
import { createMemoryIndex, type MemoryIndex, type SearchEngine } from './memoryIndex.ts';
import { createSearcher, type Searcher } from './searcher.ts';

export interface IndexOptions {
  /** The width of the embeddings. */
  dims: number;
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
}

/**
 * An empty index in memory. Its searches are those of `nearestNeighbors`: exact, on the current backend, ties in the
 * order in which the items were added. The items are made ready at the first search after a change.
 *
 * @throws MetricLearningError if an option is out of range.
 */
export function createIndex(options: IndexOptions): MemoryIndex {
  checkOptions('createIndex', options, ['dims', 'distance']);
  const { dims, distance = 'squaredEuclidean' } = options;
  checkInteger('createIndex', 'dims', dims);
  checkSearchDistance('createIndex', distance);
  return fromState({ dims, distance, items: [], vectors: new Float32Array(0) });
}

/**
 * The index whose `state()` was kept, searched exactly.
 *
 * @throws MetricLearningError if the state does not fit together.
 */
export function restoreIndex(state: IndexState): MemoryIndex {
  checkIndexState('restoreIndex', state);
  return fromState(state);
}

function fromState(state: IndexState): MemoryIndex {
  return createMemoryIndex(state, (store) => exactEngine(store, state.distance)).index;
}

/** Looks at all items, which it makes ready when it is asked for the first time after a change. */
function exactEngine(store: ItemStore, distance: SearchDistance): SearchEngine {
  let searcher: Searcher | undefined;
  const outdate = (): void => {
    searcher?.dispose();
    searcher = undefined;
  };
  return {
    put: async () => outdate(),
    remove: async () => outdate(),
    async find(query, k, visit, allowed) {
      const { dims, items } = store;
      searcher ??= createSearcher(
        'index.search',
        { data: store.vectors(), shape: [items.length, dims] },
        distance,
      );
      await searcher.find(query, k, visit, { ...(allowed && { allowed }) });
    },
    dispose: outdate,
  };
}
