import type { SearchMetric } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { QdrantRequest } from './qdrantRequest.ts';

const where = 'qdrantIndex';

/** Qdrant's name of a metric. Between unit vectors, all metrics order as the cosine does. */
function qdrantName({ metric, normalize }: SearchMetric): string {
  if (normalize) return 'Cosine';
  return metric === 'dot' ? 'Dot' : 'Euclid';
}

interface CollectionInfo {
  readonly config: {
    readonly params: { readonly vectors?: { readonly size?: number; readonly distance?: string } };
  };
  readonly payload_schema?: Readonly<Record<string, unknown>>;
}

/**
 * Creates what is missing: the collection, and the payload index of the filters. Where nothing is missing, a key with
 * the right to read is enough.
 *
 * @throws MetricLearningError if the collection is of other dims, another distance or several vectors a point.
 */
export async function ensureCollection(
  request: QdrantRequest,
  path: string,
  dims: number,
  metric: SearchMetric,
): Promise<void> {
  const requested = { size: dims, distance: qdrantName(metric) };
  const look = async (): Promise<CollectionInfo | undefined> =>
    (await request(where, 'GET', path, undefined, 404)) as CollectionInfo | undefined;
  let info = await look();
  if (info === undefined) {
    // 409: another process was first.
    await request(where, 'PUT', path, { vectors: requested }, 409);
    info = await look();
  }
  const vectors = info?.config.params.vectors;
  if (vectors?.size !== requested.size || vectors.distance !== requested.distance) {
    throw new MetricLearningError({
      where,
      expected: `a collection with one vector a point: ${JSON.stringify(requested)}`,
      got: JSON.stringify(vectors ?? null),
      fix: 'Choose the dims and the distance of the collection, or another collection.',
    });
  }
  if (info?.payload_schema?.['terms'] !== undefined) return;
  const index = { field_name: 'terms', field_schema: 'keyword' };
  await request(where, 'PUT', `${path}/index?wait=true`, index);
}
