import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { SearchMetric } from '../../distances/distance.ts';
import type { IndexInput } from '../indexInput.ts';
import type { Hit, ItemFilter, ItemLabel } from '../vectorIndex.ts';
import type { PgRow } from './pgClient.ts';
import { type PgvectorTable, type PgvectorType, pgvectorOperator } from './pgvectorTable.ts';

const numbersInParameter = 250_000;

/** Rows as pgvector reads them. */
export function vectorTexts({ data, shape: [count, dims] }: EmbeddingRows): string[] {
  return Array.from(
    { length: count },
    (_, i) => `[${data.subarray(i * dims, (i + 1) * dims).join(',')}]`,
  );
}

/**
 * Items and their vectors as the parameters of `incomingRows`: JSON, which all clients pass on alike (they do not
 * agree on arrays), 250,000 numbers in each.
 */
export function toParameters({ rows, items }: IndexInput, dims: number): string[] {
  const vectors = vectorTexts({ data: rows, shape: [items.length, dims] });
  const all = items.map(({ id, label, metadata }, n) => ({
    n,
    id,
    label,
    metadata,
    embedding: vectors[n],
  }));
  const size = Math.ceil(numbersInParameter / dims);
  return Array.from({ length: Math.ceil(all.length / size) }, (_, part) =>
    JSON.stringify(all.slice(part * size, (part + 1) * size)),
  );
}

/** The query for the rows that this number of parameters holds, in their order. */
export function incomingRows(parameters: number, type: PgvectorType): string {
  const names = Array.from({ length: parameters }, (_, i) => `$${i + 1}`);
  return `SELECT item.id, item.label, item.metadata, item.embedding::${type}
    FROM unnest(ARRAY[${names}]::text[]) AS part, jsonb_to_recordset(part::jsonb)
      AS item(n int, id text, label jsonb, metadata jsonb, embedding text)
    ORDER BY item.n`;
}

/** A filter as a condition of SQL, and its parameters, the first of which has this number. */
export function conditionOf(
  { ids, label, metadata = {} }: ItemFilter,
  first = 1,
): [condition: string, params: string[]] {
  const params: string[] = [];
  const json = (value: unknown): string => {
    params.push(JSON.stringify(value));
    return `$${first + params.length - 1}::text::jsonb`;
  };
  const parts: string[] = [];
  if (ids) parts.push(`id IN (SELECT jsonb_array_elements_text(${json(ids)}))`);
  if (label !== undefined) {
    parts.push(`label IN (SELECT jsonb_array_elements(${json([label].flat())}))`);
  }
  if (Object.keys(metadata).length > 0) parts.push(`metadata @> ${json(metadata)}`);
  return [parts.length > 0 ? parts.join(' AND ') : 'true', params];
}

/**
 * The query for the nearest rows: $1 is the vectors as a JSON array, $2 is k, the parameters of the condition follow.
 * The columns are q, which counts the vectors from 1, and those of `toHit`.
 */
export function searchSql({ name, metric, type, index }: PgvectorTable, condition: string): string {
  const order = `embedding ${pgvectorOperator(metric, type).operator} query.vector`;
  const measure = measureSql(metric, order);
  const settings = index === 'hnsw' ? graphSettings : 'SELECT 1';
  return `WITH settings AS MATERIALIZED (${settings}),
    query AS MATERIALIZED (
      SELECT q, text::${type} AS vector
      FROM settings, jsonb_array_elements_text($1::text::jsonb) WITH ORDINALITY AS given(text, q)
    )
    SELECT q::int, id, label::text, metadata::text, distance
    FROM query CROSS JOIN LATERAL (
      SELECT seq, id, label, metadata, ${measure} AS distance
      FROM ${name} WHERE ${condition} ORDER BY ${index === 'hnsw' ? order : measure}, seq LIMIT $2
    ) AS hit
    ORDER BY q, distance, seq`;
}

/** The distance of a hit, or its root for a squared distance. Only a bare operator can be answered by an index. */
function measureSql({ metric, normalize }: SearchMetric, order: string): string {
  if (!normalize) return order;
  // NaN is the cosine of zeros.
  if (metric === 'cosine' || metric === 'dot') return `coalesce(nullif(${order}, 'NaN'), 1)`;
  return 'l2_normalize(embedding) <-> l2_normalize(query.vector)';
}

/**
 * For the length of the statement: look on until k are found that the filter picks. The number of candidates is the
 * session's, but no less than k.
 */
const graphSettings = `SELECT
  set_config('hnsw.iterative_scan', 'strict_order', true),
  set_config('hnsw.ef_search', least(1000, greatest($2::int,
    coalesce(current_setting('hnsw.ef_search', true)::int, 40)))::text, true)`;

/** An item that was found, in the unit of the index's distance. */
export function toHit(row: PgRow, { metric, normalize }: SearchMetric): Hit {
  const measured = Number(row['distance']);
  const label = row['label'] as string | null;
  const metadata = row['metadata'] as string | null;
  return {
    id: row['id'] as string,
    ...(label !== null && { label: JSON.parse(label) as ItemLabel }),
    ...(metadata !== null && { metadata: JSON.parse(metadata) as NonNullable<Hit['metadata']> }),
    distance:
      metric === 'squaredEuclidean'
        ? measured ** 2
        : metric === 'dot' && normalize
          ? measured - 1
          : measured,
  };
}
