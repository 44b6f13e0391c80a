import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance, SearchMetric } from '../../distances/distance.ts';
import { distanceRule } from '../../distances/distanceOption.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { flag, type OptionKind, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../../internal/readOptions.ts';
import { exactDistance } from '../exact/exactDistance.ts';
import { nearestAmong } from '../exact/nearestAmong.ts';
import { knownId } from '../indexInput.ts';
import { storeMetric } from '../searchDistance.ts';
import type { Hit, IndexItem, VectorIndex } from '../vectorIndex.ts';
import { askLance, type LanceConnection, type LanceTable } from './lanceConnection.ts';
import {
  type LanceRow,
  lanceCondition,
  lanceHit,
  lanceRows,
  openLanceTable,
} from './lanceTable.ts';
import { createRemoteIndex } from './remoteIndex.ts';

export interface LanceOptions {
  /** The table that keeps the items. The first use creates it if it is missing. */
  table: string;
  /** The width of the embeddings. */
  dims: number;
  /**
   * How far two embeddings are apart: `lpDistance` with p 2 and power 1 or 2, `cosineSimilarity` or
   * `dotProductSimilarity`. Default: `lpDistance()`, Euclidean between unit vectors.
   */
  distance?: Distance;
  /** Measures all rows in each search, also where the table has an approximate index. Default false. */
  exact?: boolean;
}

const tableName: OptionKind<string> = {
  expected: 'a name of letters, digits, _, - and .',
  accepts: (value) => typeof value === 'string' && /^[\w.-]+$/.test(value),
};

export const lanceOptions: OptionTable<LanceOptions> = {
  table: required(tableName),
  dims: required(wholeNumber(1)),
  distance: distanceRule,
  exact: preset(false, flag),
};

/** Queries in one search. */
const queriesAtOnce = 64;
/** Ids in one condition. */
const idsAtOnce = 1000;
/** Rows beyond k: LanceDB's float32 may rank the k-th a little too far. */
const spare = 8;

/**
 * An index in LanceDB, which keeps tables in a folder or in object storage: embedded, without a server, larger than
 * memory. `connection` is what `connect` of `@lancedb/lancedb` (0.31 or later) returns; it stays the caller's to close.
 *
 * The table holds the embeddings as they were given. Each call sees what other processes have written before. A search
 * measures all rows, until you create an index on the column `vector`; the distances are then computed again in float64.
 * A row of zeros has no direction: a distance that normalizes does not find it. LanceDB has no unique keys: `add` looks
 * for known ids and then writes, so that two processes that add one id at the same time both keep it.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, or LanceDB cannot compute the distance; at
 * the first use if the table has other columns or dims; with LanceDB's own words if it refuses.
 * @example
 * const index = lanceIndex(await connect('data/faces.lance'), { table: 'faces', dims: 128 });
 * await index.add(embeddings, items);
 * @see https://lancedb.github.io/lancedb/
 */
export function lanceIndex(connection: LanceConnection, options: LanceOptions): VectorIndex {
  checkPart('lanceIndex', 'connection', connection, 'openTable');
  const { table: name, dims, distance, exact } = readOptions('lanceIndex', lanceOptions, options);
  const metric = storeMetric('lanceIndex', distance);
  let opened: LanceTable | undefined;

  /** The table as it is now. */
  const latest = async (where: string): Promise<LanceTable> => {
    const table = opened!;
    await askLance(where, () => table.checkoutLatest());
    return table;
  };
  const firstKnown = async (
    where: string,
    items: readonly IndexItem[],
  ): Promise<string | undefined> => {
    const table = await latest(where);
    for (let first = 0; first < items.length; first += idsAtOnce) {
      const ids = items.slice(first, first + idsAtOnce).map(({ id }) => id);
      const rows = await askLance(where, () =>
        table.query().where(lanceCondition({ ids })).select(['id']).toArray(),
      );
      const known = new Set(rows.map((row) => (row as LanceRow).id));
      const found = ids.find((id) => known.has(id));
      if (found !== undefined) return found;
    }
    return undefined;
  };

  return createRemoteIndex(dims, distance, {
    async open() {
      opened = await openLanceTable(connection, name, dims);
    },

    async count(where, filter) {
      const table = await latest(where);
      return askLance(where, () => table.countRows(lanceCondition(filter)));
    },

    async add(where, input) {
      const known = await firstKnown(where, input.items);
      if (known !== undefined) throw knownId(where, known);
      const merge = opened!.mergeInsert('id').whenNotMatchedInsertAll();
      await askLance(where, () => merge.execute(lanceRows(input, dims)));
    },

    async upsert(where, input) {
      const table = await latest(where);
      const merge = table.mergeInsert('id').whenMatchedUpdateAll().whenNotMatchedInsertAll();
      await askLance(where, () => merge.execute(lanceRows(input, dims)));
    },

    async remove(where, filter) {
      const table = await latest(where);
      const { numDeletedRows } = await askLance(where, () => table.delete(lanceCondition(filter)));
      return numDeletedRows;
    },

    async find(where, query, k, filter) {
      const table = await latest(where);
      const condition = lanceCondition(filter);
      const hits: Hit[][] = [];
      for (let first = 0; first < query.shape[0]; first += queriesAtOnce) {
        const count = Math.min(queriesAtOnce, query.shape[0] - first);
        const vectors = Array.from({ length: count }, (_, i) =>
          query.data.slice((first + i) * dims, (first + i + 1) * dims),
        );
        const rows = await askLance(where, () => search(table, vectors, k + spare, condition));
        const found: LanceRow[][] = vectors.map(() => []);
        for (const row of rows) found[row.query_index ?? 0]!.push(row);
        found.forEach((some, i) => {
          hits.push(ranked(metric, { data: vectors[i]!, shape: [1, dims] }, some, k));
        });
      }
      return hits;
    },
  });

  async function search(
    table: LanceTable,
    vectors: readonly Float32Array[],
    limit: number,
    condition: string,
  ): Promise<(LanceRow & { query_index?: number })[]> {
    let query = table.query().nearestTo(vectors[0]!);
    for (const vector of vectors.slice(1)) query = query.addQueryVector(vector);
    query = query.distanceType(lanceName(metric)).limit(limit);
    if (condition !== 'true') query = query.where(condition);
    if (exact) query = query.bypassVectorIndex();
    return (await query.toArray()) as (LanceRow & { query_index?: number })[];
  }
}

/** LanceDB's name of a metric. Between unit vectors, all metrics order as the cosine does. */
function lanceName({ metric, normalize }: SearchMetric): 'l2' | 'cosine' | 'dot' {
  if (normalize) return 'cosine';
  return metric === 'dot' ? 'dot' : 'l2';
}

/** The k nearest of the rows that LanceDB found for a query, at their distances in float64. */
function ranked(
  metric: SearchMetric,
  query: EmbeddingRows,
  rows: readonly LanceRow[],
  k: number,
): Hit[] {
  const dims = query.shape[1];
  const data = new Float32Array(rows.length * dims);
  rows.forEach(({ vector }, i) => {
    data.set(Float32Array.from(vector), i * dims);
  });
  const distanceOf = exactDistance(metric, query, { data, shape: [rows.length, dims] });
  return nearestAmong(
    rows.map((_, i) => i),
    k,
    (r) => distanceOf(0, r),
  ).map(({ index, distance }) => lanceHit(rows[index]!, distance));
}
