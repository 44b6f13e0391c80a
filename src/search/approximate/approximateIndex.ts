import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger } from '../../internal/checks.ts';
import type { IndexOptions } from '../exact/createIndex.ts';
import { createMemoryIndex, type MemoryIndex } from '../exact/memoryIndex.ts';
import { checkIndexState, type IndexState } from '../indexState.ts';
import { checkSearchDistance } from '../searchDistance.ts';
import { createDistinctRows } from './distinctRows.ts';
import { createGraphEngine, type GraphEngine, type GraphOfItems } from './graphEngine.ts';
import { type GraphOptions, loadGraphMaker, type NeighborGraph } from './neighborGraph.ts';

export interface ApproximateIndexOptions extends IndexOptions, GraphOptions {}

/** An index in memory that finds nearly all of the nearest, and looks at few of the others. */
export interface ApproximateIndex extends MemoryIndex {
  /** The state, and with it the graph, so that it need not be built again. */
  stateWithGraph(): Promise<IndexState>;
}

/**
 * An empty index for large collections, in Node with the package `usearch` installed: what `createIndex` does, but a
 * search goes through a graph of neighbours and may miss some of the nearest.
 *
 * What it returns is right: as many hits as there are, up to k, filtered or not, at the distances that
 * `nearestNeighbors` tells, in order. Where few items are allowed it looks at each of them. Embeddings of a length
 * beyond 1e15, or below 1e-15, are nothing for it.
 *
 * @throws MetricLearningError if an option is out of range, or `usearch` is not installed.
 */
export async function createApproximateIndex(
  options: ApproximateIndexOptions,
): Promise<ApproximateIndex> {
  checkOptions('createApproximateIndex', options, ['dims', 'distance', ...graphNames]);
  const { dims, distance = 'squaredEuclidean', ...graphOptions } = options;
  checkInteger('createApproximateIndex', 'dims', dims);
  checkSearchDistance('createApproximateIndex', distance);
  const state = { dims, distance, items: [], vectors: new Float32Array(0) };
  return fromState('createApproximateIndex', state, graphOptions);
}

/**
 * The index whose `state()` was kept, an exact one's too. Without its graph that is built at the first use.
 *
 * Take graphs from files that you trust: a checksum tells damage, not malice.
 *
 * @throws MetricLearningError if the state does not fit together, or `usearch` is not installed.
 */
export async function restoreApproximateIndex(
  state: IndexState,
  options: GraphOptions = {},
): Promise<ApproximateIndex> {
  checkIndexState('restoreApproximateIndex', state);
  checkOptions('restoreApproximateIndex', options, graphNames);
  return fromState('restoreApproximateIndex', state, options);
}

const graphNames: readonly (keyof GraphOptions)[] = [
  'connectivity',
  'expansionAdd',
  'expansionSearch',
  'parallel',
];

async function fromState(
  where: string,
  state: IndexState,
  { connectivity = 16, expansionAdd = 128, expansionSearch = 64, parallel = false }: GraphOptions,
): Promise<ApproximateIndex> {
  const options = { connectivity, expansionAdd, expansionSearch, parallel };
  checkInteger(where, 'connectivity', connectivity, 2);
  checkInteger(where, 'expansionAdd', expansionAdd);
  checkInteger(where, 'expansionSearch', expansionSearch);
  const maker = await loadGraphMaker(where);
  const makeGraph = (vectors: Float32Array): NeighborGraph =>
    maker(vectors, state.dims, state.distance, options);
  const start = await graphOf(where, state, makeGraph);

  let engine: GraphEngine | undefined;
  const { index, inTurn } = createMemoryIndex(state, (store) => {
    engine = createGraphEngine(store, state.distance, makeGraph, start);
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

/** The graph that a state has of its items. */
async function graphOf(
  where: string,
  { dims, vectors, graph: kept }: IndexState,
  makeGraph: (vectors: Float32Array) => NeighborGraph,
): Promise<GraphOfItems | undefined> {
  if (!kept) return undefined;
  const graph = makeGraph(vectors);
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
    fix: 'Leave out state.graph: it is built again.',
  });
}
