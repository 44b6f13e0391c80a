import type { Distance, DistanceConfig } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { show } from '../internal/checks.ts';
import { preset, readOptions } from '../internal/readOptions.ts';
import { type RowStorage, storageKind } from './exact/rowCodec.ts';
import { savedDistance } from './searchDistance.ts';
import type { IndexItem } from './vectorIndex.ts';

/** All that an index holds, as plain data: the i-th row of `vectors` [items, dims] belongs to the i-th item. */
export interface IndexState {
  readonly dims: number;
  /** The config of the index's distance; the distance itself where it has no config. */
  readonly distance: DistanceConfig | Distance;
  readonly items: readonly IndexItem[];
  readonly vectors: Float32Array;
  /** How the index keeps the vectors, which are those that its codes stand for. Default: as they are, `float32`. */
  readonly storage?: RowStorage;
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
  /** The place of each item by its id. */
  readonly placeOf: Map<string, number>;
}

/**
 * A state whose parts fit together and can be searched, with its distance made again.
 *
 * @throws MetricLearningError if the parts do not fit, an id comes twice, or a vector is not finite.
 */
export function openState(where: string, state: IndexState): OpenState {
  const distance = fittingDistance(where, state);
  const { dims, items, vectors } = state;
  const placeOf = placesById(where, items);
  const bad = firstNotFinite(vectors);
  if (bad !== undefined) {
    throw new MetricLearningError({
      where,
      expected: 'finite vectors',
      got: `${vectors[bad]} in the vector of ${JSON.stringify(items[Math.floor(bad / dims)]?.id)}`,
    });
  }
  return { ...state, distance, placeOf };
}

/**
 * The distance of a state, made again.
 *
 * @throws MetricLearningError if there is none, or the parts of the state are of the wrong kinds or numbers.
 */
export function fittingDistance(where: string, state: IndexState): Distance {
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
  readOptions(where, { storage: preset('float32', storageKind) }, { storage: state.storage });
  if (state.graph && state.graph.nodes.length !== items.length) {
    throw new MetricLearningError({
      where,
      expected: `a node of the graph for each of ${items.length} items`,
      got: `${state.graph.nodes.length}`,
    });
  }
  return distance;
}

/**
 * The place of each item by its id.
 *
 * @throws MetricLearningError unless each item is a record with an id that no other item has.
 */
export function placesById(where: string, items: readonly IndexItem[]): Map<string, number> {
  const places = new Map<string, number>();
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as IndexItem | null | undefined;
    const id: unknown = item?.id;
    if (typeof id === 'string') places.set(id, i);
    if (places.size === i + 1) continue;
    throw new MetricLearningError({
      where,
      expected: 'each item to have a string as its id, which no other item has',
      got:
        typeof id === 'string'
          ? `${show(id)} twice`
          : show(typeof item === 'object' && item !== null ? id : item),
    });
  }
  return places;
}

/** Where the first value that is not finite lies; undefined if all are finite. */
function firstNotFinite(values: Float32Array): number | undefined {
  // A product with 0 is 0, or NaN where the value is not finite. Four sums do not wait for each other.
  let [a, b, c, d] = [0, 0, 0, 0];
  const even = values.length - (values.length % 4);
  for (let i = 0; i < even; i += 4) {
    a += values[i]! * 0;
    b += values[i + 1]! * 0;
    c += values[i + 2]! * 0;
    d += values[i + 3]! * 0;
  }
  for (let i = even; i < values.length; i++) a += values[i]! * 0;
  if (a + b + c + d === 0) return undefined;
  return values.findIndex((value) => !Number.isFinite(value));
}
