import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger, show } from '../../internal/checks.ts';
import { type IndexInput, idTaken } from '../indexInput.ts';
import { checkSearchDistance, type SearchDistance } from '../searchDistance.ts';
import type { Hit, ItemFilter, VectorIndex } from '../vectorIndex.ts';
import { ensureCollection } from './qdrantCollection.ts';
import { itemOf, payloadOf, pointId, type QdrantPayload, qdrantFilter } from './qdrantPoint.ts';
import { type QdrantConnection, qdrantRequest } from './qdrantRequest.ts';
import { createRemoteIndex } from './remoteIndex.ts';

export interface QdrantOptions extends QdrantConnection {
  /** The collection to keep the items in; it is created at the first use if it is missing. */
  collection: string;
  /** The width of the embeddings. */
  dims: number;
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
  /** Look at all points, in place of Qdrant's approximate index. Default false. */
  exact?: boolean;
}

/** Qdrant refuses bodies above 32 MB. */
const numbersAtOnce = 250_000;
const pointsAtOnce = 1_000;
const queriesAtOnce = 100;

/**
 * An index in a collection of Qdrant (1.10 or later), over its REST interface.
 *
 * Distances are computed by Qdrant, in float32; items at equal distances come in any order. Qdrant has no transactions:
 * `add` looks for taken ids and then writes, `remove` counts and then deletes, so that another writer may come between,
 * and what is too large for one request is written in several, of which the first remain if a later one fails.
 *
 * @throws MetricLearningError if an option is out of range; at the first use if the collection is of another kind; if
 * there is no answer in time; with the server's own words if it refuses.
 * @see https://api.qdrant.tech
 */
export function qdrantIndex(options: QdrantOptions): VectorIndex {
  checkOptions('qdrantIndex', options, [
    'url',
    'apiKey',
    'timeout',
    'fetch',
    'collection',
    'dims',
    'distance',
    'exact',
  ]);
  const { collection, dims, distance = 'squaredEuclidean', exact = false } = options;
  // A path would take dots for folders.
  if (typeof collection !== 'string' || ['', '.', '..'].includes(collection)) {
    throw new MetricLearningError({
      where: 'qdrantIndex',
      expected: 'collection to be the name of one',
      got: show(collection),
    });
  }
  checkInteger('qdrantIndex', 'dims', dims);
  checkSearchDistance('qdrantIndex', distance);
  const request = qdrantRequest(options);
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
    open: () => ensureCollection(request, path, dims, distance),
    count,

    async add(where, input) {
      for (const [first, end] of parts(input.items.length, pointsAtOnce)) {
        const some = input.items.slice(first, end);
        const ids = await Promise.all(some.map(({ id }) => pointId(id)));
        const body = { ids, with_payload: false, with_vector: false };
        const found = (await request(where, 'POST', `${path}/points`, body)) as { id: string }[];
        const taken = new Set(found.map(({ id }) => id));
        const item = some.find((_, i) => taken.has(ids[i] as string));
        if (item) throw idTaken(where, item.id);
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
          hits.push(points.map((point) => toHit(point, distance)));
        }
      }
      return hits;
    },
  });
}

interface ScoredPoint {
  readonly id: string | number;
  readonly score: number;
  /** Others may have written points without an id of ours. */
  readonly payload?: Partial<QdrantPayload> | null;
}

/** A point that was found, in our unit of the distance. */
function toHit({ id, score, payload }: ScoredPoint, distance: SearchDistance): Hit {
  const distances: Record<SearchDistance, number> = {
    squaredEuclidean: score ** 2,
    euclidean: score,
    cosine: Math.min(2, Math.max(0, 1 - score)),
    dot: 0 - score,
  };
  return { ...itemOf({ id: String(id), ...payload }), distance: distances[distance] };
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
