import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { OptionKind } from '../../internal/optionKinds.ts';

/** A client of PostgreSQL: `Pool` and `Client` of the package `pg` are such clients, and `PGlite` is. */
export interface PgClient {
  query(sql: string, params?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A row of an answer. */
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
        expected: 'PostgreSQL to run the statement',
        got: `the error: ${cause instanceof Error ? cause.message : String(cause)}`,
      },
      { cause },
    );
  }
}

/** A name of any letters as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name that PostgreSQL keeps as it is: it cuts longer names. */
export const pgName: OptionKind<string> = {
  expected: 'a name of 1 to 63 bytes',
  accepts(value) {
    if (typeof value !== 'string' || value.includes('\0')) return false;
    const bytes = new TextEncoder().encode(value).length;
    return bytes >= 1 && bytes <= 63;
  },
};
