import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkInteger, show } from '../../internal/checks.ts';
import { idTaken } from '../indexInput.ts';
import { checkSearchDistance, type SearchDistance } from '../searchDistance.ts';
import type { Hit, IndexItem, VectorIndex } from '../vectorIndex.ts';
import { askPg, checkName, type PgClient, type PgRow, quoteName } from './pgClient.ts';
import {
  conditionOf,
  incomingRows,
  searchSql,
  toHit,
  toParameters,
  vectorTexts,
} from './pgvectorSql.ts';
import { ensureTable, type PgvectorTable } from './pgvectorTable.ts';
import { createRemoteIndex } from './remoteIndex.ts';

export interface PgvectorOptions {
  /** The table to keep the items in; it is created at the first use if it is missing, as is the extension. */
  table: string;
  /** The schema of the table. Default: the first of the search path. */
  schema?: string;
  /** The width of the embeddings. */
  dims: number;
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
  /**
   * - `hnsw` (default): an approximate index, which is built at the first use if it is missing; up to 2,000 dims;
   * - `none`: each search looks at all rows, exactly.
   */
  index?: 'hnsw' | 'none';
}

/** Queries in one statement. */
const queriesAtOnce = 256;

/**
 * An index in PostgreSQL, by the extension pgvector (0.8 or later). `client` is yours to open and to end.
 *
 * A change is one statement: done whole or not at all, whoever else writes. Distances are computed by pgvector, in
 * float32. Items at equal distances come in the order in which they were added.
 *
 * @throws MetricLearningError if an option is out of range; at the first use if the table has other columns or dims;
 * with the database's own words if it refuses.
 * @see https://github.com/pgvector/pgvector
 */
export function pgvectorIndex(client: PgClient, options: PgvectorOptions): VectorIndex {
  const where = 'pgvectorIndex';
  checkOptions(where, options, ['table', 'schema', 'dims', 'distance', 'index']);
  const { table: given, schema, dims, distance = 'squaredEuclidean', index = 'hnsw' } = options;
  checkName(where, 'table', given);
  if (schema !== undefined) checkName(where, 'schema', schema);
  checkInteger(where, 'dims', dims);
  checkSearchDistance(where, distance);
  if (index !== 'hnsw' && index !== 'none') {
    throw new MetricLearningError({
      where,
      expected: "index to be 'hnsw' or 'none'",
      got: show(index),
    });
  }
  const name = [...(schema === undefined ? [] : [schema]), given].map(quoteName).join('.');
  const table: PgvectorTable = { name, dims, distance, index };
  const insert = (parameters: number): string =>
    `INSERT INTO ${name} (id, label, metadata, embedding) ${incomingRows(parameters)}`;

  return createRemoteIndex(dims, distance, {
    open: () => ensureTable(client, table),

    async count(where, filter) {
      const [condition, params] = conditionOf(filter);
      const sql = `SELECT count(*)::float8 AS count FROM ${name} WHERE ${condition}`;
      return countOf(await askPg(client, where, sql, params));
    },

    async add(where, input) {
      const params = toParameters(input, dims);
      try {
        await askPg(client, where, insert(params.length), params);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        const taken = await takenId(where, input.items);
        throw taken === undefined ? error : idTaken(where, taken);
      }
    },

    async upsert(where, input) {
      const params = toParameters(input, dims);
      const update =
        'label = excluded.label, metadata = excluded.metadata, embedding = excluded.embedding';
      const sql = `${insert(params.length)} ON CONFLICT (id) DO UPDATE SET ${update}`;
      await askPg(client, where, sql, params);
    },

    async remove(where, filter) {
      const [condition, params] = conditionOf(filter);
      const sql = `WITH gone AS (DELETE FROM ${name} WHERE ${condition} RETURNING 1)
                   SELECT count(*)::float8 AS count FROM gone`;
      return countOf(await askPg(client, where, sql, params));
    },

    async find(where, query, k, filter) {
      const hits: Hit[][] = Array.from({ length: query.shape[0] }, () => []);
      const [condition, params] = conditionOf(filter, 3);
      const sql = searchSql(table, condition);
      const vectors = vectorTexts(query);
      for (let first = 0; first < hits.length; first += queriesAtOnce) {
        const some = JSON.stringify(vectors.slice(first, first + queriesAtOnce));
        const found = await askPg(client, where, sql, [some, k, ...params]);
        for (const row of found) hits[first + Number(row['q']) - 1]?.push(toHit(row, distance));
      }
      return hits;
    },
  });

  async function takenId(where: string, items: readonly IndexItem[]): Promise<string | undefined> {
    const [condition, params] = conditionOf({ ids: items.map(({ id }) => id) });
    const rows = await askPg(client, where, `SELECT id FROM ${name} WHERE ${condition}`, params);
    const taken = new Set(rows.map((row) => row['id']));
    return items.find(({ id }) => taken.has(id))?.id;
  }
}

function countOf([row]: readonly PgRow[]): number {
  return Number(row?.['count']);
}

function isUniqueViolation(error: unknown): boolean {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code === '23505';
}
