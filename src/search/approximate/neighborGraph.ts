import type { EmbeddingRows } from '../../data/embeddings.ts';
import { missingPackage } from '../../internal/missingPackage.ts';
import { nodeModule } from '../../internal/nodeModules.ts';
import type { SearchDistance } from '../searchDistance.ts';
import { liftedQueries, liftedRows, longestRow } from './liftedRows.ts';

/** How a graph of neighbours is built and searched: the more, the better it finds, and the longer it takes. */
export interface GraphOptions {
  /** Neighbours that each node is linked to, at most. Default 16. */
  connectivity?: number;
  /** Nodes that are looked at to choose the neighbours of a new one. Default 128. */
  expansionAdd?: number;
  /** Nodes that a search looks at, at least. Default 64. */
  expansionSearch?: number;
  /** Add with all cores: faster, but not twice the same graph. Default false. */
  parallel?: boolean;
}

/** A graph of neighbours: its nodes are numbers, each with a vector. */
export interface NeighborGraph {
  size(): number;
  /** @throws RangeError for `dot`, if a vector is more than twice as long as those that the graph was made for. */
  add(nodes: readonly number[], vectors: Float32Array): void;
  remove(nodes: readonly number[]): void;
  /** Calls `visit` with about the `count` nearest nodes of each query: fewer if no more can be reached. */
  search(query: EmbeddingRows, count: number, visit: (q: number, nodes: number[]) => void): void;
  /** All of it as bytes, for `load`. */
  bytes(): Promise<Uint8Array>;
  /** Takes the place of all there is. */
  load(bytes: Uint8Array): Promise<void>;
}

/** Makes empty graphs, for vectors such as these [rows, dims]. */
export type GraphMaker = (
  vectors: Float32Array,
  dims: number,
  distance: SearchDistance,
  options: Required<GraphOptions>,
) => NeighborGraph;

/**
 * Makes graphs of the package `usearch`: hierarchical navigable small worlds.
 *
 * @throws MetricLearningError if the package is not installed, or has nothing for this machine.
 * @see Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using HNSW graphs, TPAMI 2018.
 *   https://arxiv.org/abs/1603.09320
 */
export async function loadGraphMaker(where: string): Promise<GraphMaker> {
  const { Index, MetricKind, ScalarKind } = await usearchPackage(where);
  const { availableParallelism } = nodeModule(where, 'node:os');
  const threads = availableParallelism();
  const metrics = {
    squaredEuclidean: MetricKind.L2sq,
    euclidean: MetricKind.L2sq,
    cosine: MetricKind.Cos,
    dot: MetricKind.L2sq, // of lifted rows: the package's inner product is none to build a graph by
  };
  return (vectors, dims, distance, { connectivity, expansionAdd, expansionSearch, parallel }) => {
    const lifted = distance === 'dot';
    const width = lifted ? dims + 1 : dims;
    let radius = lifted ? 2 * longestRow(vectors, dims) : 0;
    const graph = new Index({
      dimensions: width,
      metric: metrics[distance],
      quantization: ScalarKind.F32,
      connectivity,
      expansion_add: expansionAdd,
      expansion_search: expansionSearch,
      multi: false,
    });
    return {
      size: () => graph.size(),
      add(nodes, added) {
        const rows = lifted ? liftedRows(added, dims, radius) : added;
        // A call of one vector is done by one thread; but it is the calls that reserve threads for the searches.
        const step = parallel ? nodes.length : 1;
        for (let i = 0; i < nodes.length; i += step) {
          const some = rows.subarray(i * width, (i + step) * width);
          graph.add(keys(nodes.slice(i, i + step)), some, threads);
        }
      },
      remove(nodes) {
        graph.remove(keys(nodes));
      },
      search({ data, shape }, count, visit) {
        const queries = lifted ? liftedQueries(data, dims, radius) : data;
        const found = graph.search(queries, count, threads);
        const counts = 'counts' in found ? (found.counts as BigUint64Array) : [found.keys.length];
        for (let q = 0; q < shape[0]; q++) {
          const own = found.keys.subarray(q * count, q * count + Number(counts[q]));
          visit(q, Array.from(own, Number));
        }
      },
      bytes: () =>
        throughFile(async (path) => {
          graph.save(path);
          const file = await nodeModule(where, 'node:fs/promises').readFile(path);
          return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
        }),
      load: (bytes) =>
        throughFile(async (path) => {
          checkBytes(bytes, width, metrics[distance]);
          if (lifted) radius = firstLength(bytes, width);
          await nodeModule(where, 'node:fs/promises').writeFile(path, bytes);
          graph.load(path);
        }),
    };
  };
}

const keys = (nodes: readonly number[]): BigUint64Array => BigUint64Array.from(nodes, BigInt);

/**
 * The package would crash the process over bytes that are something else: they begin with the vectors, after their
 * number and width in bytes, then come a name, the version and the metric.
 */
function checkBytes(bytes: Uint8Array, dims: number, metric: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [rows, width] =
    bytes.length < 8 ? [0, 0] : [view.getUint32(0, true), view.getUint32(4, true)];
  const head = 8 + rows * width;
  const text = new TextDecoder().decode(bytes.subarray(head, head + 7));
  const letter = { l2sq: 'e', cos: 'c' }[metric];
  if (width !== 4 * dims || text !== 'usearch' || bytes[head + 7] !== 2) {
    throw new Error(`no graph of ${dims} dims, as the package keeps it`);
  }
  if (bytes[head + 13] !== letter?.charCodeAt(0)) throw new Error('a graph of another distance');
}

/** The length of the first vector, which all lifted ones have. */
function firstLength(bytes: Uint8Array, width: number): number {
  const row = Uint8Array.from(bytes.subarray(8, 8 + 4 * width)); // a Buffer's slice would be a view
  return longestRow(new Float32Array(row.buffer), width);
}

/** The package reads and writes files alone: in a folder for the time being. */
async function throughFile<T>(work: (path: string) => Promise<T>): Promise<T> {
  const { mkdtemp, rm } = nodeModule('neighborGraph', 'node:fs/promises');
  const { join } = nodeModule('neighborGraph', 'node:path');
  const folder = await mkdtemp(join(nodeModule('neighborGraph', 'node:os').tmpdir(), 'graph-'));
  try {
    return await work(join(folder, 'graph'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function usearchPackage(where: string): Promise<typeof import('usearch')> {
  nodeModule(where, 'node:os'); // says so where there is no Node
  const name: string = 'usearch'; // a literal would make bundlers for the browser look into the package
  try {
    return await (import(/* webpackIgnore: true */ /* @vite-ignore */ name) as Promise<
      typeof import('usearch')
    >);
  } catch (cause) {
    const fix =
      'Install it (npm install usearch@2.25.3), or use createIndex, which needs no package.';
    throw missingPackage(where, name, fix, cause);
  }
}
