import type { SearchMetric } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { askPg, type PgClient } from './pgClient.ts';

/** A type of pgvector: float32 or float16. */
export type PgvectorType = 'vector' | 'halfvec';

/** A table for the items of an index. */
export interface PgvectorTable {
  /** Quoted, with its schema if one was given. */
  readonly name: string;
  readonly dims: number;
  readonly metric: SearchMetric;
  readonly type: PgvectorType;
  readonly index: 'hnsw' | 'none';
}

const where = 'pgvectorIndex';

/** The operator by which pgvector orders embeddings, and the operator class of its index. */
export interface PgvectorOperator {
  readonly operator: '<->' | '<=>' | '<#>';
  readonly operatorClass: string;
}

/** The operator of a metric: between unit vectors, all metrics order as the cosine does. */
export function pgvectorOperator(
  { metric, normalize }: SearchMetric,
  type: PgvectorType,
): PgvectorOperator {
  if (normalize) return { operator: '<=>', operatorClass: `${type}_cosine_ops` };
  if (metric === 'dot') return { operator: '<#>', operatorClass: `${type}_ip_ops` };
  return { operator: '<->', operatorClass: `${type}_l2_ops` };
}

/**
 * Creates what is missing: extension, table, index. Where nothing is missing, the right to read is enough.
 *
 * @throws MetricLearningError if there is a table of that name with other columns, or of other dims.
 */
export async function ensureTable(client: PgClient, table: PgvectorTable): Promise<void> {
  let columns = await columnsOf(client, table.name);
  if (columns.size === 0) {
    const failure = await create(client, table).catch((error: unknown) => error);
    columns = await columnsOf(client, table.name);
    if (columns.size === 0) throw creationError(failure); // else another process was first
  }
  checkColumns(table, columns);
  if (table.index === 'hnsw') await ensureGraph(client, table);
}

async function create(client: PgClient, { name, dims, type }: PgvectorTable): Promise<void> {
  await askPg(client, where, 'CREATE EXTENSION IF NOT EXISTS vector');
  await checkVersion(client);
  await askPg(
    client,
    where,
    `CREATE TABLE IF NOT EXISTS ${name} (
      id text PRIMARY KEY,
      seq bigint GENERATED ALWAYS AS IDENTITY,
      label jsonb,
      metadata jsonb,
      embedding ${type}(${dims}) NOT NULL
    )`,
  );
}

/** @throws MetricLearningError if pgvector is older than 0.8, which looks on where a filter leaves few rows. */
async function checkVersion(client: PgClient): Promise<void> {
  const sql = "SELECT extversion AS version FROM pg_extension WHERE extname = 'vector'";
  const version = `${(await askPg(client, where, sql))[0]?.['version']}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 0 || minor >= 8) return;
  throw new MetricLearningError({
    where,
    expected: 'pgvector 0.8 or later',
    got: version,
    fix: 'Install a newer one, then: ALTER EXTENSION vector UPDATE.',
  });
}

/** An error of the creation, with what mends it where that is known. */
function creationError(failure: unknown): unknown {
  if (!(failure instanceof MetricLearningError)) return failure;
  const { code, message } = (failure.cause ?? {}) as { code?: unknown; message?: string };
  const fix = new Map<unknown, string>([
    ['0A000', 'Install pgvector on the server: https://github.com/pgvector/pgvector.'],
    ['58P01', 'Install pgvector on the server: https://github.com/pgvector/pgvector.'],
    ['42501', 'Let a user who may create extensions and tables do it once.'],
    ['3F000', 'Create the schema first.'],
  ]).get(code);
  if (fix === undefined) return failure;
  return new MetricLearningError(
    { where, expected: 'PostgreSQL to create the table', got: `the error: ${message}`, fix },
    { cause: failure.cause },
  );
}

/** The columns of a table and their types; none if there is no table. */
async function columnsOf(client: PgClient, name: string): Promise<Map<unknown, string>> {
  const rows = await askPg(
    client,
    where,
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
    [name],
  );
  return new Map(rows.map((row) => [row['name'], String(row['type'])]));
}

function checkColumns(
  { name, dims, type: own }: PgvectorTable,
  columns: Map<unknown, string>,
): void {
  const columnTypes = {
    id: 'text',
    seq: 'bigint',
    label: 'jsonb',
    metadata: 'jsonb',
    embedding: `${own}(${dims})`,
  };
  for (const [column, type] of Object.entries(columnTypes)) {
    const found = columns.get(column);
    // The extension may be in a schema of its own: extensions.vector(128).
    if (found === type || found?.endsWith(`.${type}`)) continue;
    throw new MetricLearningError({
      where,
      expected: `the table ${name} to have a column ${column} of type ${type}`,
      got: found ?? 'none',
      fix: 'Choose the dims and the type of the table, or another table.',
    });
  }
}

async function ensureGraph(client: PgClient, { name, metric, type }: PgvectorTable): Promise<void> {
  const { operatorClass } = pgvectorOperator(metric, type);
  const found = await askPg(
    client,
    where,
    `SELECT 1 FROM pg_index
     JOIN pg_opclass ON pg_opclass.oid = indclass[0]
     JOIN pg_am ON pg_am.oid = opcmethod
     WHERE indrelid = to_regclass($1) AND opcname = $2 AND amname = 'hnsw'`,
    [name, operatorClass],
  );
  if (found.length > 0) return;
  await askPg(client, where, `CREATE INDEX ON ${name} USING hnsw (embedding ${operatorClass})`);
}
