import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { IndexInput } from '../indexInput.ts';
import type { Hit, ItemFilter, ItemLabel } from '../vectorIndex.ts';
import { askLance, type LanceConnection, type LanceTable } from './lanceConnection.ts';
import { payloadOf } from './qdrantPoint.ts';

const where = 'lanceIndex';

/** A row of the table. Labels and metadata are JSON; `terms` are what filters look for, as in Qdrant's payload. */
export interface LanceRow {
  readonly id: string;
  readonly label: string | null;
  readonly metadata: string | null;
  readonly vector: Iterable<number>;
}

/** The types of Arrow that the table's columns have, by their numbers in Arrow's format. */
const utf8 = { typeId: 5 };
const field = (name: string, type: object, nullable: boolean): object => ({
  name,
  type,
  nullable,
  metadata: new Map(),
});

function schemaOf(dims: number): object {
  const values = { typeId: 16, listSize: dims };
  const float32 = { typeId: 3, precision: 1 };
  return {
    metadata: new Map(),
    fields: [
      field('id', utf8, false),
      field('label', utf8, true),
      field('metadata', utf8, true),
      field('terms', { typeId: 12, children: [field('item', utf8, true)] }, false),
      field('vector', { ...values, children: [field('item', float32, true)] }, false),
    ],
  };
}

/**
 * The table, which is created if it is missing.
 *
 * @throws MetricLearningError if there is a table of that name with other columns, or of other dims.
 */
export async function openLanceTable(
  connection: LanceConnection,
  name: string,
  dims: number,
): Promise<LanceTable> {
  const table = await connection
    .openTable(name)
    .catch(() =>
      askLance(where, () => connection.createEmptyTable(name, schemaOf(dims), { existOk: true })),
    );
  const { fields } = await askLance(where, () => table.schema());
  const columns = {
    id: 'Utf8',
    label: 'Utf8',
    metadata: 'Utf8',
    terms: 'List<Utf8>',
    vector: `FixedSizeList[${dims}]<Float32>`,
  };
  for (const [column, type] of Object.entries(columns)) {
    const found = fields.find((each) => each.name === column);
    if (`${found?.type}` === type) continue;
    throw new MetricLearningError({
      where,
      expected: `the table ${JSON.stringify(name)} to have a column ${column} of type ${type}`,
      got: found ? `${found.type}` : 'none',
      fix: 'Choose the dims of the table, or another table.',
    });
  }
  return table;
}

/** Items and their vectors as rows of the table. */
export function lanceRows({ rows, items }: IndexInput, dims: number): Record<string, unknown>[] {
  return items.map((item, i) => ({
    id: item.id,
    label: item.label === undefined ? null : JSON.stringify(item.label),
    metadata: item.metadata === undefined ? null : JSON.stringify(item.metadata),
    terms: payloadOf(item).terms,
    vector: rows.subarray(i * dims, (i + 1) * dims),
  }));
}

/** A row as an item that was found. */
export function lanceHit({ id, label, metadata }: LanceRow, distance: number): Hit {
  return {
    id,
    ...(label !== null && { label: JSON.parse(label) as ItemLabel }),
    ...(metadata !== null && { metadata: JSON.parse(metadata) as NonNullable<Hit['metadata']> }),
    distance,
  };
}

/** A filter as a condition of SQL. */
export function lanceCondition({ ids, label, metadata = {} }: ItemFilter): string {
  const parts: string[] = [];
  if (ids) parts.push(oneOfTexts('id', ids));
  if (label !== undefined) {
    const texts = [label].flat().map((value) => JSON.stringify(value));
    parts.push(oneOfTexts('label', texts));
  }
  for (const entry of Object.entries(metadata)) {
    parts.push(`array_has(terms, ${quoteText(JSON.stringify(entry))})`);
  }
  return parts.length > 0 ? parts.join(' AND ') : 'true';
}

function oneOfTexts(column: string, texts: readonly string[]): string {
  return texts.length > 0 ? `${column} IN (${texts.map(quoteText)})` : 'false';
}

function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
