import { missingPackage } from '../../internal/missingPackage.ts';
import { checkItems } from '../checkItems.ts';
import { type IndexState, openState } from '../indexState.ts';
import { configOf } from '../searchDistance.ts';

import type { IndexItem } from '../vectorIndex.ts';

const where = 'encodeParquet';
const rowsInGroup = 10_000;

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const json = { type: 'BYTE_ARRAY', converted_type: 'JSON' } as const;
const double = { type: 'DOUBLE' } as const;
const required = { repetition_type: 'REQUIRED' } as const;
const optional = { repetition_type: 'OPTIONAL' } as const;

/**
 * An index as the bytes of a Parquet file, which DuckDB, pandas, Polars, Spark and vector databases read. The optional
 * package `hyparquet-writer` does the writing.
 *
 * The columns are `id` (text), `label`, `metadata` (JSON) and `embedding` (a list of float32). `label` is text if all
 * labels are, DOUBLE if all are numbers, and else JSON. The metadata of the file hold `distance`, the config as JSON, and
 * `dims`.
 *
 * @example
 * await writeFile('index.parquet', await encodeParquet(index.state()));
 * @throws MetricLearningError if `hyparquet-writer` is not installed, or the state does not fit together.
 * @see https://parquet.apache.org
 */
export async function encodeParquet(state: IndexState): Promise<Uint8Array<ArrayBuffer>> {
  const { dims, distance, items, vectors } = openState(where, state);
  checkItems(where, items);
  const { ByteWriter, ParquetWriter } = await parquetPackage();
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: 'index', num_children: 4 },
      { name: 'id', ...text, ...required },
      { name: 'label', ...labelType(items), ...optional },
      { name: 'metadata', ...json, ...optional },
      { name: 'embedding', converted_type: 'LIST', num_children: 1, ...required },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', ...required },
    ],
    kvMetadata: [
      { key: 'distance', value: JSON.stringify(configOf(where, distance)) },
      { key: 'dims', value: `${dims}` },
    ],
  });
  for (let first = 0; first < items.length; first += rowsInGroup) {
    const some = items.slice(first, first + rowsInGroup);
    const vectorOf = (i: number): number[] =>
      Array.from(vectors.subarray((first + i) * dims, (first + i + 1) * dims));
    await parquet.write({
      rowGroupSize: rowsInGroup,
      columnData: [
        { name: 'id', data: some.map(({ id }) => id) },
        { name: 'label', data: some.map(({ label }) => label) },
        { name: 'metadata', data: some.map(({ metadata }) => metadata) },
        { name: 'embedding', data: some.map((_, i) => vectorOf(i)) },
      ],
    });
  }
  await parquet.finish();
  return new Uint8Array(writer.getBuffer());
}

/** The package `hyparquet-writer`. The import stands in a `try` block, so that bundlers accept that it may be missing. */
async function parquetPackage(): Promise<typeof import('hyparquet-writer')> {
  try {
    return await import('hyparquet-writer');
  } catch (cause) {
    const fix =
      'Install it (npm install hyparquet-writer), or use encodeIndex or encodeNpy, which need no package.';
    throw missingPackage(where, 'hyparquet-writer', fix, cause);
  }
}

function labelType(items: readonly IndexItem[]): typeof text | typeof json | typeof double {
  const types = new Set(items.map(({ label }) => typeof label));
  types.delete('undefined');
  if (types.size > 1) return json;
  return types.has('number') ? double : text;
}
