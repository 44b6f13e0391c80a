import type { EmbeddingRows } from '../../data/embeddings.ts';

import type { SearchMetric } from '../../distances/distance.ts';
import { missingPackage } from '../../internal/missingPackage.ts';
import { nodeModule } from '../../internal/nodeModules.ts';
import { abortSignal, callback, flag, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../../internal/readOptions.ts';

import { liftedQueries, liftedRows, longestRow } from './liftedRows.ts';

/** How a graph of neighbors is built and searched: larger numbers find more of the nearest, and take longer. */
export interface GraphOptions {
  /** The most neighbors that a node is linked to; 8 to 64. Default 16. */
  connectivity?: number;
  /** Nodes that are measured to choose the neighbors of a new node; 64 to 512. Default 128. */
  expansionAdd?: number;
  /** The least number of nodes that a search measures; 32 to 512. Default 64. */
  expansionSearch?: number;
  /** Adds with all cores: faster, but the same items do not always give the same graph. Default false. */
  parallel?: boolean;
  /**
   * Called while a graph is built or grows, after each 256 new vectors, with the number of vectors done, and the number of
   * all. Default: none.
   */
  onProgress?: (done: number, total: number) => void;
  /**
   * Stops the building of a graph after the 256 vectors at hand: the call that builds it throws the reason, and the graph
   * is freed. The items stay, so `state()` gives them. Default: none.
   */
  signal?: AbortSignal;
}

/** The rules of `GraphOptions`. */
export const graphOptions: OptionTable<GraphOptions, 'onProgress' | 'signal'> = {
  connectivity: preset(16, wholeNumber(2)),
  expansionAdd: preset(128, wholeNumber(1)),
  expansionSearch: preset(64, wholeNumber(1)),
  parallel: preset(false, flag),
  onProgress: optional(callback('(done, total) => ..')),
  signal: optional(abortSignal),
};

/** A graph of neighbors: its nodes are numbers, each with a vector. */
export interface NeighborGraph {
  size(): number;
  /** @throws RangeError for `dot`, if a vector is more than twice as long as those that the graph was made for. */
  add(nodes: readonly number[], vectors: Float32Array): void;
  remove(nodes: readonly number[]): void;
  /** Calls `visit` with approximately the `count` nearest nodes of each query; fewer if fewer can be reached. */
  search(query: EmbeddingRows, count: number, visit: (q: number, nodes: number[]) => void): void;
  /** The whole graph as bytes, for `load`. */
  bytes(): Promise<Uint8Array>;
  /** Replaces all nodes by those of a graph that `bytes` returned. */
  load(bytes: Uint8Array): Promise<void>;
}

/** Makes an empty graph for vectors of about these lengths: each part holds some of them, [rows, dims]. */
export type GraphMaker = (
  parts: readonly Float32Array[],
  dims: number,
  metric: SearchMetric,
  options: Required<Omit<GraphOptions, 'onProgress' | 'signal'>>,
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
  return (parts, dims, metric, { connectivity, expansionAdd, expansionSearch, parallel }) => {
    // Between unit vectors, all metrics rank as the cosine does. Products are ranked as distances of lifted rows: a
    // graph that is built by the package's inner product does not find its nodes.
    const kind = metric.normalize ? MetricKind.Cos : MetricKind.L2sq;
    const lifted = metric.metric === 'dot' && !metric.normalize;
    const width = lifted ? dims + 1 : dims;
    let radius = lifted ? 2 * Math.max(0, ...parts.map((part) => longestRow(part, dims))) : 0;
    const graph = new Index({
      dimensions: width,
      metric: kind,
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
        // One thread serves a call with one vector. Each call also reserves the threads of the searches.
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
          const nodes = found.keys.subarray(q * count, q * count + Number(counts[q]));
          visit(q, Array.from(nodes, Number));
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
          checkBytes(bytes, width, kind);
          if (lifted) radius = firstLength(bytes, width);
          await nodeModule(where, 'node:fs/promises').writeFile(path, bytes);
          graph.load(path);
        }),
    };
  };
}

const keys = (nodes: readonly number[]): BigUint64Array => BigUint64Array.from(nodes, BigInt);

/**
 * Checks that bytes are a graph of this width and metric; other bytes would crash the process inside the package.
 *
 * A graph begins with the number of vectors, the bytes of a vector and the vectors. The name `usearch`, the version and
 * the metric follow.
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

/** The length of the first vector: all lifted vectors have the same length. */
function firstLength(bytes: Uint8Array, width: number): number {
  const row = Uint8Array.from(bytes.subarray(8, 8 + 4 * width)); // a Buffer's slice would be a view
  return longestRow(new Float32Array(row.buffer), width);
}

/** Calls `work` with the path of a temporary file: the package reads and writes nothing but files. */
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
