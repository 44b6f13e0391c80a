import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { type OptionTable, type OptionValues, readOptions } from '../../internal/readOptions.ts';
import { emptyState, indexBasics, type MemoryIndexOptions } from '../exact/createIndex.ts';
import { createMemoryIndex, type MemoryIndex } from '../exact/memoryIndex.ts';
import { defaultBatching } from '../gatherSearches.ts';
import { type IndexState, type OpenState, openState } from '../indexState.ts';
import { storeMetric } from '../searchDistance.ts';
import { createDistinctRows } from './distinctRows.ts';
import { createGraphEngine, type GraphEngine, type GraphOfItems } from './graphEngine.ts';
import {
  type GraphOptions,
  graphOptions,
  loadGraphMaker,
  type NeighborGraph,
} from './neighborGraph.ts';

export interface ApproximateIndexOptions extends MemoryIndexOptions, GraphOptions {}

export const approximateIndexOptions: OptionTable<
  ApproximateIndexOptions,
  'dims' | 'distance' | 'model' | 'onProgress' | 'signal'
> = { ...indexBasics, ...graphOptions };

/** An index in memory that finds nearly all of the nearest items, and measures few of the others. */
export interface ApproximateIndex extends MemoryIndex {
  /** The state with the graph, so that the graph need not be built again. */
  stateWithGraph(): Promise<IndexState>;
}

/**
 * An empty index for large collections, in Node with the package `usearch` installed: it does what `createIndex` does,
 * but a search goes through a graph of neighbors and may miss some of the nearest items.
 *
 * A search returns as many hits as there are, up to k, with a filter or without, in order, at the distances that
 * `nearestNeighbors` reports. Where a filter leaves few items, each of them is measured. The graph cannot hold
 * embeddings of a length above 1e15 or below 1e-15. The distances are `lpDistance` with p 2 and power 1 or 2,
 * `cosineSimilarity` and `dotProductSimilarity`.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, the graph cannot compute the distance, or
 * `usearch` is not installed. Calls that build the graph throw the reason of a `signal` that is aborted.
 * @example
 * const index = await createApproximateIndex({ dims: 64 });
 * await index.add(embeddings, items);
 */
export async function createApproximateIndex(
  options: ApproximateIndexOptions,
): Promise<ApproximateIndex> {
  const where = 'createApproximateIndex';
  const values = readOptions(where, approximateIndexOptions, options);
  return fromState(where, emptyState(where, values), values, values.batching);
}

/**
 * The index whose `state()` was kept, also the state of an exact index. A state without a graph gets one at the first
 * use.
 *
 * Load graphs only from files that you trust: a checksum detects damage, not malice.
 *
 * @throws MetricLearningError if the parts of the state do not fit together, or `usearch` is not installed.
 * @example
 * const index = await restoreApproximateIndex(await decodeIndex(bytes));
 */
export async function restoreApproximateIndex(
  state: IndexState,
  options: GraphOptions = {},
): Promise<ApproximateIndex> {
  const where = 'restoreApproximateIndex';
  const opened = openState(where, state);
  return fromState(where, opened, readOptions(where, graphOptions, options), defaultBatching);
}

async function fromState(
  where: string,
  state: OpenState,
  options: OptionValues<typeof graphOptions>,
  batching: number,
): Promise<ApproximateIndex> {
  const metric = storeMetric(where, state.distance);
  const maker = await loadGraphMaker(where);
  const { onProgress, signal } = options;
  const make = (parts: readonly Float32Array[]): NeighborGraph =>
    maker(parts, state.dims, metric, options);
  const start = await graphOf(where, state, make);

  let engine: GraphEngine | undefined;
  const { index, inTurn } = createMemoryIndex({ state, batching }, (store) => {
    engine = createGraphEngine(store, metric, { make, onProgress, signal }, start);
    return engine;
  });
  return {
    ...index,
    stateWithGraph: () =>
      inTurn(async () => {
        const graph = await engine?.keep();
        return { ...index.state(), ...(graph && { graph }) };
      }),
  };
}

/** The graph of a state, or undefined where the state has none. */
async function graphOf(
  where: string,
  { dims, vectors, graph: kept }: IndexState,
  makeGraph: (parts: readonly Float32Array[]) => NeighborGraph,
): Promise<GraphOfItems | undefined> {
  if (!kept) return undefined;
  const graph = makeGraph([vectors]);
  let got: unknown;
  try {
    await graph.load(kept.bytes);
    const rows = createDistinctRows(dims, kept.nodes, vectors);
    if (graph.size() === rows.size()) return { graph, rows };
    got = `${graph.size()} nodes`;
  } catch (error) {
    got = error instanceof Error ? error.message : error;
  }
  throw new MetricLearningError({
    where,
    expected: "the graph of the state's items",
    got: `${got}`,
    fix: 'Leave out state.graph: the graph is then built again.',
  });
}
