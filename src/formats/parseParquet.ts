import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { missingPackage } from '../internal/missingPackage.ts';
import type { OptionKind } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import { checkPages } from './internal/parquetPages.ts';

export interface ParseParquetOptions {
  /** The names of the columns to read. Default: all columns. */
  columns?: readonly string[];
}

const columnNames: OptionKind<readonly string[]> = {
  expected: 'an array of at least one name of a column',
  accepts: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'),
};

export const parseParquetOptions: OptionTable<ParseParquetOptions, 'columns'> = {
  columns: optional(columnNames),
};

/** A table with the values that a Parquet file holds. */
export interface ParquetTable {
  readonly columns: readonly string[];
  /**
   * A record for each row, with the value of each column: a number, a text, a boolean, a list, a `Date`, bytes, or null. A
   * 64-bit integer is a number up to 2^53, and a BigInt beyond.
   */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const where = 'parseParquet';

/**
 * Parses the bytes of a Parquet file, uncompressed or compressed by Snappy, as pandas, Polars, DuckDB and `encodeParquet`
 * write them. The optional package `hyparquet` does the reading. `embeddingColumn` turns a column of lists into
 * embeddings.
 *
 * @throws MetricLearningError if `hyparquet` is not installed, the bytes are no Parquet file or truncated, the compression
 * is another one, or a column is not there.
 * @example
 * const { rows } = await parseParquet(await readFile('items.parquet'), { columns: ['name', 'embedding'] });
 * const embeddings = embeddingColumn(rows, 'embedding'); // { data, shape: [count, dims] }
 * @see https://parquet.apache.org
 */
export async function parseParquet(
  bytes: Uint8Array,
  options: ParseParquetOptions = {},
): Promise<ParquetTable> {
  const { columns } = readOptions(where, parseParquetOptions, options);
  if (!(bytes instanceof Uint8Array)) throw wrong('bytes to be a Uint8Array', show(bytes));
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await parquetPackage();
  const file = {
    byteLength: bytes.length,
    // A Buffer of Node has a slice of its own, which is a view.
    slice: (from: number, to?: number) => Uint8Array.prototype.slice.call(bytes, from, to).buffer,
  };
  const metadata = await parquetMetadataAsync(file).catch(refuse);
  const known = parquetSchema(metadata).children.map(({ element }) => element.name);
  const unknown = columns?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw wrong(`columns to be names of ${known.join(', ')}`, show(unknown));
  }
  try {
    const full = metadata.row_groups.filter((group) => group.num_rows > 0n);
    for (const { meta_data: column } of full.flatMap((group) => group.columns)) {
      if (column) checkPages(bytes, column);
    }
  } catch (error) {
    refuse(error);
  }
  const rows = await parquetReadObjects({
    file,
    metadata,
    ...(columns && { columns: [...columns] }),
  }).catch(refuse);
  return { columns: columns ?? known, rows: rows.map((row) => plain(row) as typeof row) };
}

/** 64-bit integers as numbers where these are exact. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value === undefined) return null;
  if (value === null || typeof value !== 'object') return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
}

function refuse(cause: unknown): never {
  const text = cause instanceof Error ? cause.message : String(cause);
  const stumbled = cause instanceof TypeError || cause instanceof RangeError;
  const damaged = stumbled || /undefined|NaN/.test(text);
  const reason = damaged ? 'damaged metadata or pages' : text;
  const compressed = /compression/i.test(reason);
  throw new MetricLearningError(
    {
      where,
      expected: 'the bytes of a whole Parquet file, uncompressed or compressed by Snappy',
      got: reason,
      ...(compressed && { fix: 'Write the file anew, uncompressed or with Snappy.' }),
    },
    { cause },
  );
}

function wrong(expected: string, got: string): MetricLearningError {
  return new MetricLearningError({ where, expected, got });
}

/** The package `hyparquet`. The import stands in a `try` block, so that bundlers accept that it may be missing. */
async function parquetPackage(): Promise<typeof import('hyparquet')> {
  try {
    return await import('hyparquet');
  } catch (cause) {
    const fix =
      'Install it (npm install hyparquet), or read CSV with parseCsv or NumPy files with decodeNpy, which need no package.';
    throw missingPackage(where, 'hyparquet', fix, cause);
  }
}
