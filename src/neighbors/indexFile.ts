import { MetricLearningError } from '../base/errors.ts';
import { checkIndexState, type IndexState } from './indexState.ts';
import type { SearchDistance } from './searchDistance.ts';
import type { IndexItem } from './vectorIndex.ts';

const kind = 'tfjs-metric-learning index 1';

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [from: number, to: number];
}

interface Part {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

interface Header {
  readonly vectors: Entry;
  readonly items: Entry;
  readonly graphNodes?: Entry;
  readonly graph?: Entry;
  readonly __metadata__: {
    readonly kind: string;
    readonly distance: string;
    readonly sha256: string;
  };
}

/**
 * An index as bytes, in the safetensors format, which other languages read: the tensor `vectors` (F32, [items, dims])
 * and the items as JSON in `items` (U8), with the distance, and the SHA-256 of it all, in the header; for a state with a
 * graph also `graphNodes` (I32) and `graph` (U8).
 *
 * Write them with a tool that leaves a whole file or none, as `writeWhole` of the entry `node` does.
 *
 * @see https://huggingface.co/docs/safetensors for the format.
 */
export async function encodeIndex(state: IndexState): Promise<Uint8Array> {
  const { dims, distance, items, vectors, graph } = state;
  checkIndexState('encodeIndex', state);
  const json = new TextEncoder().encode(JSON.stringify(items));
  const parts: Part[] = [
    { name: 'vectors', dtype: 'F32', shape: [items.length, dims], values: vectors },
    { name: 'items', dtype: 'U8', shape: [json.length], values: json },
  ];
  if (graph) {
    const { nodes, bytes } = graph;
    parts.splice(1, 0, { name: 'graphNodes', dtype: 'I32', shape: [nodes.length], values: nodes });
    parts.push({ name: 'graph', dtype: 'U8', shape: [bytes.length], values: bytes });
  }
  const body = new Uint8Array(parts.reduce((sum, { values }) => sum + values.byteLength, 0));
  let end = 0;
  const entries = parts.map(({ name, dtype, shape, values }): [string, Entry] => {
    const from = end;
    end += values.byteLength;
    body.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), from);
    return [name, { dtype, shape, data_offsets: [from, end] }];
  });
  const header = {
    ...Object.fromEntries(entries),
    __metadata__: { kind, distance, sha256: '' },
  } as unknown as Header;
  const text = JSON.stringify(signed(header, await digest(header, body)));
  const head = new TextEncoder().encode(text.padEnd(Math.ceil(text.length / 8) * 8));
  const bytes = new Uint8Array(8 + head.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  bytes.set(body, 8 + head.length);
  return bytes;
}

/**
 * The index that `encodeIndex` wrote.
 *
 * @throws MetricLearningError if the bytes are something else, or not whole.
 */
export async function decodeIndex(bytes: Uint8Array): Promise<IndexState> {
  const header = readHeader(bytes);
  const body = bytes.slice(8 + header.length);
  const { __metadata__: about, vectors, items, graphNodes, graph } = header.content;
  if ((await digest(header.content, body)) !== about.sha256) {
    throw noIndex('bytes with another checksum: they are truncated or damaged');
  }
  const bytesOf = ({ data_offsets: [from, to] }: Entry): Uint8Array<ArrayBuffer> =>
    body.slice(from, to);
  const state: IndexState = {
    dims: vectors.shape[1] ?? 0,
    distance: about.distance as SearchDistance,
    items: JSON.parse(new TextDecoder().decode(bytesOf(items))) as IndexItem[],
    vectors: new Float32Array(bytesOf(vectors).buffer),
    ...(graph &&
      graphNodes && {
        graph: { nodes: new Int32Array(bytesOf(graphNodes).buffer), bytes: bytesOf(graph) },
      }),
  };
  checkIndexState('decodeIndex', state);
  return state;
}

function readHeader(bytes: Uint8Array): { length: number; content: Header } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (8 + length > bytes.length) throw noIndex(`${bytes.length} bytes of another kind`);
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  let content: Header;
  try {
    content = JSON.parse(text) as Header;
  } catch (error) {
    throw noIndex('a header that is no JSON', { cause: error });
  }
  const found = content?.__metadata__?.kind;
  if (found !== kind) throw noIndex(`a file of kind ${JSON.stringify(found)}`);
  return { length, content };
}

function noIndex(got: string, options?: ErrorOptions): MetricLearningError {
  return new MetricLearningError(
    { where: 'decodeIndex', expected: `the bytes of a ${kind}`, got },
    options,
  );
}

function signed(header: Header, sha256: string): Header {
  return { ...header, __metadata__: { ...header.__metadata__, sha256 } };
}

/** The SHA-256, in hexadecimal, of the header without one and the body. */
async function digest(header: Header, body: Uint8Array): Promise<string> {
  const head = new TextEncoder().encode(JSON.stringify(signed(header, '')));
  const all = new Uint8Array(head.length + body.length);
  all.set(head);
  all.set(body, head.length);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', all));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
