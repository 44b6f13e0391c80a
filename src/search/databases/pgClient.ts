import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** What is needed of a client of PostgreSQL: `Pool` and `Client` of `pg`, and `PGlite`, have it. */
export interface PgClient {
  query(sql: string, params?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A row that was asked for: the caller knows its columns. */
export type PgRow = Readonly<Record<string, unknown>>;

/**
 * The rows that the database answers with.
 *
 * @throws MetricLearningError with the database's own words; its error, which has the code, is the `cause`.
 */
export async function askPg(
  client: PgClient,
  where: string,
  sql: string,
  params: readonly unknown[] = [],
): Promise<PgRow[]> {
  try {
    return (await client.query(sql, [...params])).rows as PgRow[];
  } catch (cause) {
    throw new MetricLearningError(
      {
        where,
        expected: 'PostgreSQL to do as it is asked',
        got: `the error: ${cause instanceof Error ? cause.message : String(cause)}`,
      },
      { cause },
    );
  }
}

/** A name as SQL has it, whatever letters it is made of. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Throws unless PostgreSQL takes a name as it is: it cuts what is longer. */
export function checkName(where: string, option: string, name: unknown): void {
  const bytes = typeof name === 'string' ? new TextEncoder().encode(name).length : 0;
  if (bytes >= 1 && bytes <= 63 && !(name as string).includes('\0')) return;
  throw new MetricLearningError({
    where,
    expected: `${option} to be a name of 1 to 63 bytes`,
    got: typeof name === 'string' ? JSON.stringify(name) : String(name),
  });
}
