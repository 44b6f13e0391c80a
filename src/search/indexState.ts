import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkSearchDistance, type SearchDistance } from './searchDistance.ts';
import type { IndexItem } from './vectorIndex.ts';

/** All that an index holds, as plain data: the i-th row of `vectors` [items, dims] belongs to the i-th item. */
export interface IndexState {
  readonly dims: number;
  readonly distance: SearchDistance;
  readonly items: readonly IndexItem[];
  readonly vectors: Float32Array;
  /** The graph of an approximate index, if that was asked for it: an exact one has no use for it. */
  readonly graph?: IndexGraph;
}

/** A graph of neighbours, so that it need not be built again. */
export interface IndexGraph {
  /** The node of each item: items of equal vectors share one. */
  readonly nodes: Int32Array;
  /** The graph as its package keeps it. */
  readonly bytes: Uint8Array;
}

/** Throws unless the parts fit together. */
export function checkIndexState(where: string, state: IndexState): void {
  const { dims, distance, items, vectors } = state;
  checkSearchDistance(where, distance);
  if (!Number.isSafeInteger(dims) || dims < 1 || vectors.length !== items.length * dims) {
    throw new MetricLearningError({
      where,
      expected: `${items.length} vectors of ${dims} dims`,
      got: `${vectors.length} values`,
    });
  }
  if (state.graph && state.graph.nodes.length !== items.length) {
    throw new MetricLearningError({
      where,
      expected: `a node of the graph for each of ${items.length} items`,
      got: `${state.graph.nodes.length}`,
    });
  }
  checkUniqueIds(where, items);
  const bad = vectors.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new MetricLearningError({
      where,
      expected: 'finite vectors',
      got: `${vectors[bad]} in that of ${JSON.stringify(items[Math.floor(bad / dims)]?.id)}`,
    });
  }
}

/** Throws unless each item has an id of its own. */
export function checkUniqueIds(where: string, items: readonly IndexItem[]): void {
  const known = new Set<string>();
  for (const { id } of items) {
    if (typeof id !== 'string' || known.has(id)) {
      throw new MetricLearningError({
        where,
        expected: 'a string of its own as the id of each item',
        got: `${JSON.stringify(id)}${known.has(id) ? ' twice' : ''}`,
      });
    }
    known.add(id);
  }
}
