import type { Distance } from '../../distances/distance.ts';
import { distanceRule } from '../../distances/distanceOption.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { oneOf, wholeNumber } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
  required,
} from '../../internal/readOptions.ts';
import { knownId } from '../indexInput.ts';
import { storeMetric } from '../searchDistance.ts';
import type { Hit, IndexItem, VectorIndex } from '../vectorIndex.ts';
import { askPg, type PgClient, type PgRow, pgName, quoteName } from './pgClient.ts';
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
  /** The table that keeps the items. The first use creates it if it is missing, as well as the extension. */
  table: string;
  /** The schema of the table. Default: the first schema of the search path. */
  schema?: string;
  /** The width of the embeddings. */
  dims: number;
  /**
   * How far two embeddings are apart: `lpDistance` with p 2 and power 1 or 2, `cosineSimilarity` or
   * `dotProductSimilarity`. Default: `lpDistance()`, Euclidean between unit vectors.
   */
  distance?: Distance;
  /**
   * The type of the embeddings: `vector` keeps float32, `halfvec` float16, which takes half of the space, keeps three
   * digits, and overflows above 65,504. Default `vector`.
   */
  type?: 'vector' | 'halfvec';
  /**
   * `hnsw`: an approximate index, which the first use builds if it is missing; up to 2,000 dims of `vector`, and 4,000 of
   * `halfvec`. `none`: each search measures all rows, exactly, up to 16,000 dims. Default `hnsw`.
   */
  index?: 'hnsw' | 'none';
}

export const pgvectorOptions: OptionTable<PgvectorOptions, 'schema'> = {
  table: required(pgName),
  schema: optional(pgName),
  dims: required(wholeNumber(1)),
  distance: distanceRule,
  type: preset('vector', oneOf('vector', 'halfvec')),
  index: preset('hnsw', oneOf('hnsw', 'none')),
};

/** The most dims that pgvector's graph holds, and the most that a column holds. */
const mostInGraph = { vector: 2000, halfvec: 4000 };
const mostDims = 16_000;

/** Queries in one statement. */
const queriesAtOnce = 256;

/**
 * An index in PostgreSQL, by the extension pgvector (0.8 or later). `client` stays the caller's to open and to end.
 *
 * The table holds the embeddings as they were given. A change is one statement, which is done whole or not at all.
 * pgvector computes distances in float32: `lpDistance()` orders by `<=>` (cosine) and reports the distance of the unit
 * vectors, `lpDistance({ normalize: false })` orders by `<->`, `dotProductSimilarity({ normalize: false })` by `<#>`.
 * Items at equal distances come in the order in which they were added. The graph of a distance that normalizes does not
 * hold vectors of zeros.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, or pgvector cannot compute the distance; at
 * the first use if the server has no pgvector, or the table has other columns or dims; with the database's own words if
 * it refuses.
 * @example
 * const index = pgvectorIndex(new Pool(), { table: 'faces', dims: 128 });
 * await index.add(embeddings, items);
 * @see https://github.com/pgvector/pgvector
 */
export function pgvectorIndex(client: PgClient, options: PgvectorOptions): VectorIndex {
  const where = 'pgvectorIndex';
  checkPart(where, 'client', client, 'query');
  const values = readOptions(where, pgvectorOptions, options);
  const { table: given, schema, dims, distance, type, index } = values;
  checkDims(values);
  const metric = storeMetric(where, distance);
  const name = [...(schema === undefined ? [] : [schema]), given].map(quoteName).join('.');
  const table: PgvectorTable = { name, dims, metric, type, index };
  const insert = (parameters: number): string =>
    `INSERT INTO ${name} (id, label, metadata, embedding) ${incomingRows(parameters, type)}`;

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
        const known = await firstKnown(where, input.items);
        throw known === undefined ? error : knownId(where, known);
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
        for (const row of found) hits[first + Number(row['q']) - 1]?.push(toHit(row, metric));
      }
      return hits;
    },
  });

  async function firstKnown(
    where: string,
    items: readonly IndexItem[],
  ): Promise<string | undefined> {
    const [condition, params] = conditionOf({ ids: items.map(({ id }) => id) });
    const rows = await askPg(client, where, `SELECT id FROM ${name} WHERE ${condition}`, params);
    const known = new Set(rows.map((row) => row['id']));
    return items.find(({ id }) => known.has(id))?.id;
  }
}

/** @throws MetricLearningError if pgvector's columns or its graph cannot hold so many dims. */
function checkDims({ dims, type, index }: OptionValues<typeof pgvectorOptions>): void {
  const most = index === 'hnsw' ? mostInGraph[type] : mostDims;
  if (dims <= most) return;
  throw new MetricLearningError({
    where: 'pgvectorIndex',
    expected: `dims to be at most ${most} for the type ${type} with index: '${index}'`,
    got: `dims: ${dims}`,
    ...(dims <= mostDims && {
      fix:
        type === 'vector' && dims <= mostInGraph.halfvec
          ? "Pass type: 'halfvec', or index: 'none'."
          : "Pass index: 'none'.",
    }),
  });
}

function countOf([row]: readonly PgRow[]): number {
  return Number(row?.['count']);
}

function isUniqueViolation(error: unknown): boolean {
  return ((error as Error).cause as { code?: unknown } | undefined)?.code === '23505';
}
