import type { Distance, DistanceConfig } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { show } from '../internal/checks.ts';
import { savedDistance } from './searchDistance.ts';
import type { IndexItem } from './vectorIndex.ts';

/** All that an index holds, as plain data: the i-th row of `vectors` [items, dims] belongs to the i-th item. */
export interface IndexState {
  readonly dims: number;
  /** The config of the index's distance; the distance itself where it has no config. */
  readonly distance: DistanceConfig | Distance;
  readonly items: readonly IndexItem[];
  readonly vectors: Float32Array;
  /** The graph of an approximate index, as `stateWithGraph` gives it. Exact indexes do not use it. */
  readonly graph?: IndexGraph;
}

/** A graph of neighbors, so that it need not be built again. */
export interface IndexGraph {
  /** The node of each item: items of equal vectors share one. */
  readonly nodes: Int32Array;
  /** The graph as its package keeps it. */
  readonly bytes: Uint8Array;
}

/** The state that an index begins with: its distance was made again. */
export interface OpenState extends IndexState {
  readonly distance: Distance;
}

/**
 * A state whose parts fit together, with its distance made again.
 *
 * @throws MetricLearningError if the parts do not fit.
 */
export function openState(where: string, state: IndexState): OpenState {
  checkRecord(where, 'state', state, 'what index.state() returns');
  const { dims, items, vectors } = state;
  const distance = savedDistance(where, state.distance);
  if (!Array.isArray(items)) {
    throw new MetricLearningError({
      where,
      expected: 'state.items to be an array of items',
      got: show(items),
      fix: 'Pass what index.state() returns.',
    });
  }
  const fits = vectors instanceof Float32Array && vectors.length === items.length * dims;
  if (!Number.isSafeInteger(dims) || dims < 1 || !fits) {
    throw new MetricLearningError({
      where,
      expected: `${items.length} vectors of ${show(dims)} dims`,
      got: vectors instanceof Float32Array ? `${vectors.length} values` : show(vectors),
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
  let bad = 0;
  while (bad < vectors.length && Number.isFinite(vectors[bad])) bad++;
  if (bad < vectors.length) {
    throw new MetricLearningError({
      where,
      expected: 'finite vectors',
      got: `${vectors[bad]} in the vector of ${JSON.stringify(items[Math.floor(bad / dims)]?.id)}`,
    });
  }
  return { ...state, distance };
}

/** Throws unless each item is a record with an id that no other item has. */
export function checkUniqueIds(where: string, items: readonly IndexItem[]): void {
  const known = new Set<string>();
  for (const item of items as readonly (IndexItem | null | undefined)[]) {
    const id: unknown = item?.id;
    if (typeof id !== 'string' || known.has(id)) {
      throw new MetricLearningError({
        where,
        expected: 'each item to have a string as its id, which no other item has',
        got: known.has(id as string)
          ? `${show(id)} twice`
          : show(typeof item === 'object' && item !== null ? id : item),
      });
    }
    known.add(id);
  }
}
