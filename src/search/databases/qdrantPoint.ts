import type { Hit, IndexItem, ItemFilter } from '../vectorIndex.ts';

/** What Qdrant keeps of an item beside its vector. */
export interface QdrantPayload extends IndexItem {
  /** The label and the plain values of the metadata as words: `["label"]` and `["key","value"]` in JSON. */
  readonly terms: readonly string[];
}

/** A condition on points as Qdrant's REST interface has it. */
export interface QdrantFilter {
  readonly must: readonly (
    | { readonly has_id: readonly string[] }
    | {
        readonly key: 'terms';
        readonly match: { readonly value: string } | { readonly any: readonly string[] };
      }
  )[];
}

/** RFC 9562, appendix C: the namespace of object identifiers. */
const namespace = Uint8Array.from('6ba7b8129dad11d180b400c04fd430c8'.match(/../g) ?? [], (byte) =>
  Number.parseInt(byte, 16),
);

/**
 * The id of a point: the UUID of version 5 of the item's id, in Python `uuid.uuid5(uuid.NAMESPACE_OID, id)`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5
 */
export async function pointId(id: string): Promise<string> {
  const name = new TextEncoder().encode(id);
  const named = new Uint8Array(16 + name.length);
  named.set(namespace);
  named.set(name, 16);
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-1', named)).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * An item as a payload. Qdrant's own conditions on values know no fractions, look into lists and read dots in keys as
 * paths; on `terms` they are exact, and one index serves all.
 */
export function payloadOf({ id, label, metadata }: IndexItem): QdrantPayload {
  const terms = Object.entries(metadata ?? {})
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .map((entry) => JSON.stringify(entry));
  if (label !== undefined) terms.push(JSON.stringify([label]));
  return {
    id,
    ...(label !== undefined && { label }),
    ...(metadata !== undefined && { metadata }),
    terms,
  };
}

/** The item of a payload. */
export function itemOf({ id, label, metadata }: IndexItem): Omit<Hit, 'distance'> {
  return { id, ...(label !== undefined && { label }), ...(metadata !== undefined && { metadata }) };
}

export async function qdrantFilter({ ids, label, metadata }: ItemFilter): Promise<QdrantFilter> {
  const must: QdrantFilter['must'][number][] = [];
  if (ids) must.push({ has_id: await Promise.all(ids.map(pointId)) });
  if (label !== undefined) {
    const any = [label].flat().map((value) => JSON.stringify([value]));
    must.push({ key: 'terms', match: { any } });
  }
  for (const entry of Object.entries(metadata ?? {})) {
    must.push({ key: 'terms', match: { value: JSON.stringify(entry) } });
  }
  return { must };
}
