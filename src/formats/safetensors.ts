import { MetricLearningError } from '../errors/metricLearningError.ts';
import { joinBytes } from '../internal/joinBytes.ts';
import { sha256, toHex } from '../internal/sha256.ts';

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

/** Where an array of a file lies. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [from: number, to: number];
}

/** The arrays of a file by their names. */
export type TensorEntries = Readonly<Record<string, TensorEntry>>;
/** The texts of a file's header. */
export type Texts = Readonly<Record<string, string>>;

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
  const entries = parts.map(({ name, dtype, shape, values }): [string, TensorEntry] => {
    const from = end;
    end += values.byteLength;
    return [name, { dtype, shape, data_offsets: [from, end] }];
  });
  const own = Object.fromEntries(entries);
  const about = { kind, ...texts };
  return [await tensorHead(own, about, await sha256(body)), ...body];
}

/**
 * The bytes before the arrays of a file: the length of the header and the header, filled up with blanks to `room` bytes.
 * `body` is the arrays' SHA-256.
 */
export async function tensorHead(
  entries: TensorEntries,
  about: Texts,
  body: Uint8Array,
  room = 0,
): Promise<Uint8Array> {
  const header = headerOf(entries, about, await digest(entries, about, body));
  const bytes = new Uint8Array(Math.max(room, 8 + Math.ceil(header.length / 8) * 8)).fill(32);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true);
  bytes.set(header, 8);
  return bytes;
}

/**
 * What the header of a file says, `text`.
 *
 * @throws MetricLearningError if the file is of another kind.
 */
export function readTensorHeader(
  where: string,
  kind: string,
  text: string,
): { entries: TensorEntries; texts: Texts; sha256: string | undefined } {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (error) {
    throw notTensors(where, kind, 'a header that is no JSON', { cause: error });
  }
  const { __metadata__: about, ...entries } = (header ?? {}) as TensorEntries & {
    __metadata__?: Texts;
  };
  if (about?.['kind'] !== kind) {
    const other = about?.['kind'];
    throw notTensors(
      where,
      kind,
      other === undefined ? 'a file that says no kind' : `a file of kind ${JSON.stringify(other)}`,
    );
  }
  const { sha256: sum, ...texts } = about;
  return { entries, texts, sha256: sum };
}

/** @throws MetricLearningError if `body`, the arrays' SHA-256, is not the one of the header. */
export async function checkTensors(
  where: string,
  kind: string,
  { entries, texts, sha256: sum }: ReturnType<typeof readTensorHeader>,
  body: Uint8Array,
): Promise<void> {
  if ((await digest(entries, texts, body)) === sum) return;
  throw notTensors(where, kind, 'bytes with another checksum: they are truncated or damaged');
}

/** The error for bytes that are no file of a kind. */
export function notTensors(
  where: string,
  kind: string,
  got: string,
  options?: ErrorOptions,
): MetricLearningError {
  return new MetricLearningError({ where, expected: `the bytes of a ${kind}`, got }, options);
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
  if (!(bytes instanceof Uint8Array)) throw notTensors(where, kind, 'no Uint8Array');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < 8 ? Infinity : Number(view.getBigUint64(0, true));
  if (8 + length > bytes.length) {
    throw notTensors(where, kind, `${bytes.length} bytes of another kind`);
  }
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  const header = readTensorHeader(where, kind, text);
  const { entries, texts } = header;
  const body = bytes.subarray(8 + length);
  await checkTensors(where, kind, header, await sha256(body));
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

function headerOf(entries: TensorEntries, texts: Texts, sha256: string): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({ ...entries, __metadata__: { ...texts, sha256 } }),
  );
}

/** The checksum, in hexadecimal, of the header and the arrays, whose SHA-256 is `body`: they may be too large to copy. */
async function digest(entries: TensorEntries, texts: Texts, body: Uint8Array): Promise<string> {
  const both = new Uint8Array(64);
  both.set(await sha256(headerOf(entries, texts, '')));
  both.set(body, 32);
  return toHex(await sha256(both));
}
