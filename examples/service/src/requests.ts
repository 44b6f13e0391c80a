import {
  type ItemFilter,
  type ItemLabel,
  type Json,
  MetricLearningError,
} from 'tfjs-metric-learning';

/** Rows that one request may bring. */
export const mostRows = 64;
/** Hits that one request may ask for. */
export const mostHits = 1000;

/** What a request brings: inputs to embed, or embeddings. */
export interface Rows {
  readonly kind: 'inputs' | 'embeddings';
  readonly rows: Float32Array[];
}

/** Numbers beyond this have squares that float32 cannot hold. */
const largest = 1e30;

/** A body that is a JSON record with these keys only. @throws MetricLearningError */
export function readBody(body: unknown, keys: readonly string[]): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw wrong('a JSON record as the body', shown(body));
  }
  for (const key of Object.keys(body)) {
    if (!keys.includes(key)) throw wrong(`a body of ${keys.join(', ')}`, JSON.stringify(key));
  }
  return body as Record<string, unknown>;
}

/** The rows of a body, which are `width` numbers each where they are inputs, and `dims` where they are embeddings. */
export function readRows(body: Record<string, unknown>, width: number, dims: number): Rows {
  const { inputs, embeddings } = body;
  if ((inputs === undefined) === (embeddings === undefined)) {
    throw wrong('inputs or embeddings', inputs === undefined ? 'neither' : 'both');
  }
  const kind = inputs === undefined ? 'embeddings' : 'inputs';
  const given = inputs ?? embeddings;
  const size = kind === 'inputs' ? width : dims;
  if (!Array.isArray(given) || given.length < 1 || given.length > mostRows) {
    const got = Array.isArray(given) ? `${given.length}` : shown(given);
    throw wrong(`${kind} to be an array of 1 to ${mostRows} rows`, got);
  }
  const rows = given.map((row: unknown, i) => {
    if (!Array.isArray(row) || row.length !== size) {
      const got = Array.isArray(row) ? `${row.length} values` : shown(row);
      throw wrong(`row ${i} of ${kind} to have ${size} numbers`, got);
    }
    const bad = row.findIndex((value) => !Number.isFinite(value) || Math.abs(value) > largest);
    if (bad >= 0) {
      throw wrong(`row ${i} of ${kind} to hold numbers from -1e30 to 1e30`, shown(row[bad]));
    }
    return Float32Array.from(row as number[]);
  });
  return { kind, rows };
}

export function readK(value: unknown): number {
  if (value === undefined) return 5;
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= mostHits) {
    return value as number;
  }
  throw wrong(`k to be a whole number from 1 to ${mostHits}`, JSON.stringify(value));
}

/** A threshold; null stands for none, as JSON has no Infinity. */
export function readThreshold(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (value === null) return Infinity;
  if (typeof value === 'number') return value;
  throw wrong('threshold to be a number, or null for none', JSON.stringify(value));
}

export function readLabel(value: unknown): ItemLabel {
  if (Number.isFinite(value)) return value as number;
  if (typeof value === 'string' && value.length > 0 && value.length <= 200) return value;
  throw wrong('label to be a number, or a string of 1 to 200 characters', JSON.stringify(value));
}

export function readMetadata(value: unknown): { readonly [key: string]: Json } | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong('metadata to be a JSON record', JSON.stringify(value));
  }
  return value as { readonly [key: string]: Json };
}

/** A filter of a search; the index checks its parts. */
export function readFilter(value: unknown): ItemFilter | undefined {
  return value as ItemFilter | undefined;
}

/** A value of a body as an error shows it: JSON, but for a number too large for JSON's readers. */
function shown(value: unknown): string | undefined {
  return typeof value === 'number' ? `${value}` : JSON.stringify(value);
}

function wrong(expected: string, value: string | undefined): MetricLearningError {
  const got = value ?? 'none'; // JSON.stringify(undefined)
  const short = got.length > 100 ? `${got.slice(0, 100)} ..` : got;
  return new MetricLearningError({ where: 'service', expected, got: short });
}
