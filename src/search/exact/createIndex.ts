import type { Distance } from '../../distances/distance.ts';
import { distanceKind, distanceRule } from '../../distances/distanceOption.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { type OptionKind, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../../internal/readOptions.ts';
import { defaultBatching } from '../gatherSearches.ts';
import { type IndexState, type OpenState, openState } from '../indexState.ts';
import { createEncodedEngine } from './encodedEngine.ts';
import { createEncodedRows } from './encodedRows.ts';
import { createExactEngine } from './exactEngine.ts';
import type { ItemStore } from './itemStore.ts';
import { createMemoryIndex, type MemoryIndex, type SearchEngine } from './memoryIndex.ts';
import { originalsKind, type ReadOriginals } from './originals.ts';
import { type RowStorage, storageKind } from './rowCodec.ts';

/** The options of every index in memory. */
export interface MemoryIndexOptions {
  /** The width of the embeddings. Default: the width of `model`; one of the two is needed. */
  dims?: number;
  /**
   * How far two embeddings are apart. Default: the distance of `model`; without one `lpDistance()`, Euclidean between
   * unit vectors.
   */
  distance?: Distance;
  /** What makes the embeddings: a `TripletModel`, or any `{ dims, distance }`. */
  model?: IndexModel;
  /**
   * The largest number of queries in one matrix product, which searches that are called at the same time share. With 1
   * each search has its own. Default 64.
   */
  batching?: number;
}

export interface IndexOptions extends MemoryIndexOptions {
  /**
   * How the vectors are kept: as they are, or rounded to `float16` or `int8` with a scale for each vector, in a half or a
   * quarter of the memory. A search then needs no copy of them on the backend either, and reports the distances of the
   * rounded vectors. Default `'float32'`.
   */
  storage?: RowStorage;
  /**
   * Gives the vectors before they were rounded, by the ids of items: a search reads those of its `4 k + 16` nearest
   * candidates, ranks by them, and reports their distances. Default: none.
   */
  originals?: ReadOriginals;
}

export interface RestoreIndexOptions {
  /** The largest number of queries in one matrix product, as in `createIndex`. Default 64. */
  batching?: number;
  /** How the vectors are kept, as in `createIndex`. Default: as the state says, else `'float32'`. */
  storage?: RowStorage;
  /** Gives the vectors before they were rounded, as in `createIndex`. Default: none. */
  originals?: ReadOriginals;
}

/** What an index needs to know of a model. */
export interface IndexModel {
  readonly dims: number;
  readonly distance?: Distance;
}

const modelKind: OptionKind<IndexModel> = {
  expected: 'a record with dims, such as a TripletModel',
  accepts: (value) => Number.isSafeInteger((value as Partial<IndexModel> | null)?.dims),
};

/** The rules of `MemoryIndexOptions`. */
export const indexBasics: OptionTable<MemoryIndexOptions, 'dims' | 'distance' | 'model'> = {
  dims: optional(wholeNumber(1)),
  distance: optional(distanceKind),
  model: optional(modelKind),
  batching: preset(defaultBatching, wholeNumber(1)),
};

export const indexOptions: OptionTable<IndexOptions, 'dims' | 'distance' | 'model' | 'originals'> =
  {
    ...indexBasics,
    storage: preset('float32', storageKind),
    originals: optional(originalsKind),
  };

export const restoreIndexOptions: OptionTable<RestoreIndexOptions, 'storage' | 'originals'> = {
  batching: preset(defaultBatching, wholeNumber(1)),
  storage: optional(storageKind),
  originals: optional(originalsKind),
};

/**
 * An empty index in memory, which is searched exactly.
 *
 * Searches are those of `nearestNeighbors`, on the current backend; of equal distances the item that was added first
 * comes first. The first search prepares all items; after a change, a search prepares the changed ones.
 *
 * @throws MetricLearningError if neither `dims` nor `model` is given, or an option is unknown or out of its range.
 * @example
 * const index = createIndex({ dims: 64 });
 * await index.add(embeddings, [{ id: 'cup-1', label: 'cup' }]); // embeddings [1, 64]
 * const [hits] = await index.search(query, 5); // query [1, 64]
 */
export function createIndex(options: IndexOptions): MemoryIndex {
  const where = 'createIndex';
  const { batching, storage, originals, ...values } = readOptions(where, indexOptions, options);
  return fromState(where, { ...emptyState(where, values), storage }, { batching, originals });
}

/** The state of an empty index. */
export function emptyState(
  where: string,
  {
    dims,
    distance,
    model,
  }: {
    readonly [Name in 'dims' | 'distance' | 'model']: IndexOptions[Name] | undefined;
  },
): OpenState {
  const width = dims ?? model?.dims;
  if (width === undefined) {
    throw new MetricLearningError({
      where,
      expected: 'dims, the width of the embeddings, or a model',
      got: 'neither',
      fix: `Call ${where}({ dims: model.dims, distance: model.distance }).`,
    });
  }
  if (model !== undefined && model.dims !== width) {
    throw new MetricLearningError({
      where,
      expected: `dims to be the width of the model (${model.dims})`,
      got: `dims: ${dims}`,
    });
  }
  return {
    dims: width,
    distance: distance ?? model?.distance ?? (distanceRule.fallback as () => Distance)(),
    items: [],
    vectors: new Float32Array(0),
    placeOf: new Map(),
  };
}

/**
 * The index whose `state()` was kept, searched exactly. It reads the vectors of the state where they are, and copies the
 * few that change: leave them as they are.
 *
 * @throws MetricLearningError if the parts of the state do not fit together, or an option is unknown or of another kind.
 * @example
 * const index = restoreIndex(await decodeIndex(bytes));
 */
export function restoreIndex(state: IndexState, options: RestoreIndexOptions = {}): MemoryIndex {
  const where = 'restoreIndex';
  const { storage, ...others } = readOptions(where, restoreIndexOptions, options);
  const opened = openState(where, state);
  return fromState(where, storage === undefined ? opened : { ...opened, storage }, others);
}

function fromState(
  where: string,
  state: OpenState,
  {
    batching,
    originals,
  }: { readonly batching: number; readonly originals: ReadOriginals | undefined },
): MemoryIndex {
  const { dims, distance, vectors, storage = 'float32' } = state;
  if (storage === 'float32') {
    if (originals) {
      throw new MetricLearningError({
        where,
        expected: "storage: 'float16' or 'int8' where there are originals",
        got: "storage: 'float32', which rounds nothing",
      });
    }
    return createMemoryIndex({ state, batching }, (store) => createExactEngine(store, distance))
      .index;
  }
  const rows = createEncodedRows(dims, vectors, storage);
  const start = { state: { ...state, vectors: new Float32Array(0) }, batching }; // the index does not keep them
  const engineOf = (store: ItemStore): SearchEngine =>
    createEncodedEngine(store, rows, distance, originals);
  return createMemoryIndex(start, engineOf, rows).index;
}
