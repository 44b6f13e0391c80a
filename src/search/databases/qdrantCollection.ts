import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { SearchDistance } from '../searchDistance.ts';
import type { QdrantRequest } from './qdrantRequest.ts';

const where = 'qdrantIndex';

/** What Qdrant calls our distances. */
const names: Readonly<Record<SearchDistance, string>> = {
  squaredEuclidean: 'Euclid',
  euclidean: 'Euclid',
  cosine: 'Cosine',
  dot: 'Dot',
};

interface CollectionInfo {
  readonly config: {
    readonly params: { readonly vectors?: { readonly size?: number; readonly distance?: string } };
  };
  readonly payload_schema?: Readonly<Record<string, unknown>>;
}

/**
 * Creates what is missing: the collection, and the payload index that filters are answered by. For a collection that
 * has both, a key that may only read is enough.
 *
 * @throws MetricLearningError if the collection is of other dims, another distance or several vectors a point.
 */
export async function ensureCollection(
  request: QdrantRequest,
  path: string,
  dims: number,
  distance: SearchDistance,
): Promise<void> {
  const wished = { size: dims, distance: names[distance] };
  const look = async (): Promise<CollectionInfo | undefined> =>
    (await request(where, 'GET', path, undefined, 404)) as CollectionInfo | undefined;
  let info = await look();
  if (info === undefined) {
    // 409: another process was first.
    await request(where, 'PUT', path, { vectors: wished }, 409);
    info = await look();
  }
  const vectors = info?.config.params.vectors;
  if (vectors?.size !== wished.size || vectors.distance !== wished.distance) {
    throw new MetricLearningError({
      where,
      expected: `a collection with one vector a point: ${JSON.stringify(wished)}`,
      got: JSON.stringify(vectors ?? null),
      fix: 'Choose the dims and the distance of the collection, or another collection.',
    });
  }
  if (info?.payload_schema?.['terms'] !== undefined) return;
  const index = { field_name: 'terms', field_schema: 'keyword' };
  await request(where, 'PUT', `${path}/index?wait=true`, index);
}
