import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** A connection to LanceDB: what `connect` of the package `@lancedb/lancedb` returns. */
export interface LanceConnection {
  openTable(name: string): Promise<LanceTable>;
  createEmptyTable(
    name: string,
    schema: object,
    options: { existOk: boolean },
  ): Promise<LanceTable>;
}

/** A table of LanceDB. */
export interface LanceTable {
  schema(): Promise<{
    readonly fields: readonly { readonly name: string; readonly type: object }[];
  }>;
  checkoutLatest(): Promise<void>;
  countRows(condition?: string): Promise<number>;
  delete(condition: string): Promise<{ readonly numDeletedRows: number }>;
  mergeInsert(on: string): LanceMerge;
  query(): LanceQuery;
}

/** A write of rows, by their ids. */
export interface LanceMerge {
  whenMatchedUpdateAll(): LanceMerge;
  whenNotMatchedInsertAll(): LanceMerge;
  execute(rows: Record<string, unknown>[]): Promise<unknown>;
}

/** A query for rows. */
export interface LanceQuery {
  nearestTo(vector: Float32Array): LanceVectorQuery;
  where(condition: string): LanceQuery;
  select(columns: string[]): LanceQuery;
  toArray(): Promise<unknown[]>;
}

/** A query for the rows nearest to some vectors. */
export interface LanceVectorQuery {
  addQueryVector(vector: Float32Array): LanceVectorQuery;
  distanceType(type: 'l2' | 'cosine' | 'dot'): LanceVectorQuery;
  where(condition: string): LanceVectorQuery;
  limit(count: number): LanceVectorQuery;
  bypassVectorIndex(): LanceVectorQuery;
  toArray(): Promise<unknown[]>;
}

/** What LanceDB answers. @throws MetricLearningError with its own words; its error is the `cause`. */
export async function askLance<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const got = `the error: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new MetricLearningError({ where, expected: 'LanceDB to answer', got }, { cause });
  }
}
