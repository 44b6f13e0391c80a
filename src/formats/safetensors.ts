import { MetricLearningError } from '../errors/metricLearningError.ts';
import { joinBytes, sha256, toHex } from '../internal/sha256.ts';

/** An array of a file. */
export interface TensorPart {
  readonly name: string;
  readonly dtype: 'F32' | 'I32' | 'U8' | 'BOOL';
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** What a file holds, read and checked. */
export interface TensorFile {
  /** The texts of its header. */
  readonly texts: Texts;
  /** The arrays by their names. */
  readonly parts: ReadonlyMap<string, TensorPart>;
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [from: number, to: number];
}

type Entries = Readonly<Record<string, Entry>>;
type Texts = Readonly<Record<string, string>>;

const arrays = { F32: Float32Array, I32: Int32Array, U8: Uint8Array, BOOL: Uint8Array };

/**
 * Arrays and texts as bytes, in the safetensors format, which other languages read: the length of the header (8 bytes,
 * little endian), the header (JSON), the arrays. The header's texts tell the file's `kind`, and a SHA-256 over the
 * SHA-256s of the header without it and of the arrays.
 *
 * Arrays of four-byte values are to come first, that they are aligned for readers that do not copy them.
 *
 * @see https://huggingface.co/docs/safetensors for the format.
 */
export async function encodeTensors(
  kind: string,
  texts: Texts,
  parts: readonly TensorPart[],
): Promise<Uint8Array> {
  return joinBytes(await encodeTensorParts(kind, texts, parts));
}

/** The same bytes in several parts, one after the other: the arrays are not copied. */
export async function encodeTensorParts(
  kind: string,
  texts: Texts,
  parts: readonly TensorPart[],
): Promise<Uint8Array[]> {
  const body = parts.map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  let end = 0;
  const entries = parts.map(({ name, dtype, shape, values }): [string, Entry] => {
    const from = end;
    end += values.byteLength;
    return [name, { dtype, shape, data_offsets: [from, end] }];
  });
  const own = Object.fromEntries(entries);
  const about = { kind, ...texts };
  const head = headerOf(own, about, await digest(own, about, body));
  const start = 8 + Math.ceil(head.length / 8) * 8;
  const bytes = new Uint8Array(start).fill(32, 8 + head.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(head, 8);
  return [bytes, ...body];
}

/**
 * What `encodeTensors` wrote of this kind; its arrays are copies, or with `views` lie in `bytes` where they can.
 *
 * @throws MetricLearningError if the bytes are something else, or not whole; `where` is what it names.
 */
export async function decodeTensors(
  where: string,
  kind: string,
  bytes: Uint8Array,
  views = false,
): Promise<TensorFile> {
  const fail = (got: string, options?: ErrorOptions): MetricLearningError =>
    new MetricLearningError({ where, expected: `the bytes of a ${kind}`, got }, options);
  if (!(bytes instanceof Uint8Array)) throw fail('no Uint8Array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (8 + length > bytes.length) throw fail(`${bytes.length} bytes of another kind`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  } catch (error) {
    throw fail('a header that is no JSON', { cause: error });
  }
  const { __metadata__: about, ...entries } = (header ?? {}) as Entries & { __metadata__?: Texts };
  if (about?.['kind'] !== kind) throw fail(`a file of kind ${JSON.stringify(about?.['kind'])}`);
  const { sha256, ...texts } = about;
  const body = bytes.subarray(8 + length);
  if ((await digest(entries, texts, body)) !== sha256) {
    throw fail('bytes with another checksum: they are truncated or damaged');
  }
  const parts = Object.entries(entries).map(([name, entry]): [string, TensorPart] => {
    const { shape, data_offsets: offsets } = entry;
    const dtype = entry.dtype as TensorPart['dtype'];
    const part = body.subarray(...offsets);
    const aligned = part.byteOffset % arrays[dtype].BYTES_PER_ELEMENT === 0;
    const own = views && aligned ? part : Uint8Array.from(part); // a Node Buffer's slice would be a view
    const length = own.byteLength / arrays[dtype].BYTES_PER_ELEMENT;
    const values = new arrays[dtype](own.buffer as ArrayBuffer, own.byteOffset, length);
    return [name, { name, dtype, shape, values }];
  });
  return { texts, parts: new Map(parts) };
}

function headerOf(entries: Entries, texts: Texts, sha256: string): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({ ...entries, __metadata__: { ...texts, sha256 } }),
  );
}

/** The checksum, in hexadecimal; header and body are hashed one by one, as a body may be too large to copy. */
async function digest(
  entries: Entries,
  texts: Texts,
  body: Uint8Array | readonly Uint8Array[],
): Promise<string> {
  const both = new Uint8Array(64);
  both.set(await sha256(headerOf(entries, texts, '')));
  both.set(await sha256(body), 32);
  return toHex(await sha256(both));
}
