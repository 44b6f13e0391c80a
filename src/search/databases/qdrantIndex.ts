import type { Distance, SearchMetric } from '../../distances/distance.ts';
import { distanceRule } from '../../distances/distanceOption.ts';
import { flag, type OptionKind, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../../internal/readOptions.ts';
import { type IndexInput, knownId } from '../indexInput.ts';
import { storeMetric } from '../searchDistance.ts';
import type { Hit, ItemFilter, VectorIndex } from '../vectorIndex.ts';
import { ensureCollection } from './qdrantCollection.ts';
import { itemOf, payloadOf, pointId, type QdrantPayload, qdrantFilter } from './qdrantPoint.ts';
import { connectionRules, type QdrantConnection, qdrantRequest } from './qdrantRequest.ts';
import { createRemoteIndex } from './remoteIndex.ts';

export interface QdrantOptions extends QdrantConnection {
  /** The collection that keeps the items. The first use creates it if it is missing. */
  collection: string;
  /** The width of the embeddings. */
  dims: number;
  /**
   * How far two embeddings are apart: `lpDistance` with p 2 and power 1 or 2, `cosineSimilarity` or
   * `dotProductSimilarity`. Default: `lpDistance()`, Euclidean between unit vectors.
   */
  distance?: Distance;
  /** Measures all points in each search, without Qdrant's approximate index. Default false. */
  exact?: boolean;
}

/** A name that a path can hold: dots alone would be folders. */
const collectionKind: OptionKind<string> = {
  expected: 'the name of a collection',
  accepts: (value) => typeof value === 'string' && !['', '.', '..'].includes(value),
};

export const qdrantOptions: OptionTable<QdrantOptions, 'apiKey'> = {
  ...connectionRules,
  collection: required(collectionKind),
  dims: required(wholeNumber(1)),
  distance: distanceRule,
  exact: preset(false, flag),
};

/** Qdrant refuses bodies above 32 MB. */
const numbersAtOnce = 250_000;
const pointsAtOnce = 1_000;
const queriesAtOnce = 100;

/**
 * An index in a collection of Qdrant (1.10 or later), over its REST interface.
 *
 * Qdrant computes distances in float32. A distance that normalizes needs a collection of the kind `Cosine`; its
 * Euclidean distances come from the cosine, so that distances below 0.001 are accurate to 0.0005 only. Items at equal
 * distances come in any order. Qdrant has no transactions: `add` looks for known ids and then writes, `remove` counts
 * and then deletes, so that another writer may come between; a large change takes several requests, and the first ones
 * remain if a later one fails.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, or Qdrant cannot compute the distance; at
 * the first use if the collection is of another kind; if there is no answer in time; with the server's own words if it
 * refuses.
 * @example
 * const index = qdrantIndex({ url: 'http://localhost:6333', collection: 'faces', dims: 128 });
 * await index.add(embeddings, items);
 * @see https://api.qdrant.tech
 */
export function qdrantIndex(options: QdrantOptions): VectorIndex {
  const values = readOptions('qdrantIndex', qdrantOptions, options);
  const { collection, dims, distance, exact } = values;
  const metric = storeMetric('qdrantIndex', distance);
  const request = qdrantRequest(values);
  const path = `/collections/${encodeURIComponent(collection)}`;

  const count = async (where: string, filter: ItemFilter): Promise<number> => {
    const body = { filter: await qdrantFilter(filter), exact: true };
    const result = await request(where, 'POST', `${path}/points/count`, body);
    return (result as { count: number }).count;
  };

  const write = async (where: string, { rows, items }: IndexInput): Promise<void> => {
    for (const [first, end] of parts(items.length, Math.min(pointsAtOnce, numbersAtOnce / dims))) {
      const points = items.slice(first, end).map(async (item, i) => ({
        id: await pointId(item.id),
        vector: vectorAt(rows, first + i, dims),
        payload: payloadOf(item),
      }));
      const body = { points: await Promise.all(points) };
      await request(where, 'PUT', `${path}/points?wait=true`, body);
    }
  };

  return createRemoteIndex(dims, distance, {
    open: () => ensureCollection(request, path, dims, metric),
    count,

    async add(where, input) {
      for (const [first, end] of parts(input.items.length, pointsAtOnce)) {
        const some = input.items.slice(first, end);
        const ids = await Promise.all(some.map(({ id }) => pointId(id)));
        const body = { ids, with_payload: false, with_vector: false };
        const found = (await request(where, 'POST', `${path}/points`, body)) as { id: string }[];
        const known = new Set(found.map(({ id }) => id));
        const item = some.find((_, i) => known.has(ids[i]!));
        if (item) throw knownId(where, item.id);
      }
      await write(where, input);
    },

    upsert: write,

    async remove(where, filter) {
      const removed = await count(where, filter);
      if (removed === 0) return 0;
      const body = { filter: await qdrantFilter(filter) };
      await request(where, 'POST', `${path}/points/delete?wait=true`, body);
      return removed;
    },

    async find(where, query, k, filter) {
      const hits: Hit[][] = [];
      const wanted = {
        limit: k,
        filter: await qdrantFilter(filter),
        params: { exact },
        with_payload: ['id', 'label', 'metadata'],
      };
      for (const [first, end] of parts(query.shape[0], queriesAtOnce)) {
        const searches = Array.from({ length: end - first }, (_, i) => ({
          query: vectorAt(query.data, first + i, dims),
          ...wanted,
        }));
        const found = await request(where, 'POST', `${path}/points/query/batch`, { searches });
        for (const { points } of found as { points: ScoredPoint[] }[]) {
          hits.push(points.map((point) => toHit(point, metric)));
        }
      }
      return hits;
    },
  });
}

interface ScoredPoint {
  readonly id: string | number;
  readonly score: number;
  /** Points that other programs wrote may have no payload of this library. */
  readonly payload?: Partial<QdrantPayload> | null;
}

/** A point that was found, in the unit of the index's distance. */
function toHit({ id, score, payload }: ScoredPoint, metric: SearchMetric): Hit {
  return { ...itemOf({ id: String(id), ...payload }), distance: distanceOf(score, metric) };
}

function distanceOf(score: number, { metric, normalize }: SearchMetric): number {
  if (!normalize) {
    if (metric === 'dot') return 0 - score;
    return metric === 'euclidean' ? score : score ** 2;
  }
  const cosine = Math.min(2, Math.max(0, 1 - score));
  if (metric === 'cosine') return cosine;
  if (metric === 'dot') return cosine - 1;
  return metric === 'euclidean' ? Math.sqrt(2 * cosine) : 2 * cosine;
}

function vectorAt(rows: Float32Array, i: number, dims: number): number[] {
  return Array.from(rows.subarray(i * dims, (i + 1) * dims));
}

/** From 0 to `count` in steps of at most `size`. */
function parts(count: number, size: number): [first: number, end: number][] {
  const step = Math.max(1, Math.floor(size));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => [
    i * step,
    Math.min((i + 1) * step, count),
  ]);
}
