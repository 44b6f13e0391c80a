import { MetricLearningError } from '../base/errors.ts';

/** Named numbers of a checkpoint, bit for bit. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Where a run stands: JSON for what is small, tensors for what is large. */
export interface Checkpoint {
  readonly state: unknown;
  readonly tensors: readonly StoredTensor[];
}

const magic = 'TMLCKPT1';
const digestBytes = 32;
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/**
 * A checkpoint as bytes: magic (8 bytes), length of the header (4, little endian), header (JSON), the tensors' bytes,
 * each at a multiple of 8, and the SHA-256 of all that.
 */
export async function encodeCheckpoint({ state, tensors }: Checkpoint): Promise<Uint8Array> {
  let end = 0;
  const entries = tensors.map(({ name, shape, dtype, values }) => {
    const offset = end;
    end = align(offset + values.byteLength);
    return { name, shape, dtype, offset, bytes: values.byteLength };
  });
  const header = new TextEncoder().encode(JSON.stringify({ state, tensors: entries }));
  const start = align(magic.length + 4 + header.length);

  const bytes = new Uint8Array(start + end + digestBytes);
  bytes.set(new TextEncoder().encode(magic));
  new DataView(bytes.buffer).setUint32(magic.length, header.length, true);
  bytes.set(header, magic.length + 4);
  tensors.forEach(({ values }, i) => {
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    bytes.set(raw, start + (entries[i] as { offset: number }).offset);
  });
  bytes.set(await sha256(bytes.subarray(0, -digestBytes)), bytes.length - digestBytes);
  return bytes;
}

/**
 * The checkpoint that these bytes hold; `name` is what errors call them.
 *
 * @throws MetricLearningError if the bytes are no checkpoint, or not whole.
 */
export async function decodeCheckpoint(file: Uint8Array, name: string): Promise<Checkpoint> {
  // A Node Buffer's slice is a view; this one's copies.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const damaged = (got: string): MetricLearningError =>
    new MetricLearningError({
      where: 'checkpoint',
      expected: `${name} to be a whole checkpoint`,
      got,
    });
  if (new TextDecoder().decode(bytes.subarray(0, magic.length)) !== magic) {
    throw damaged('a file of another kind');
  }
  const written = bytes.subarray(-digestBytes);
  const digest = await sha256(bytes.subarray(0, -digestBytes));
  if (written.length !== digestBytes || digest.some((byte, i) => byte !== written[i])) {
    throw damaged('a wrong checksum: it is truncated or damaged');
  }

  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(magic.length, true);
  const header = bytes.subarray(magic.length + 4, magic.length + 4 + length);
  const { state, tensors } = JSON.parse(new TextDecoder().decode(header)) as {
    state: unknown;
    tensors: (Omit<StoredTensor, 'values'> & { offset: number; bytes: number })[];
  };
  const start = align(magic.length + 4 + length);
  return {
    state,
    tensors: tensors.map(({ offset, bytes: size, ...tensor }) => {
      const copy = bytes.slice(start + offset, start + offset + size);
      return { ...tensor, values: new arrays[tensor.dtype](copy.buffer) };
    }),
  };
}

const align = (offset: number): number => Math.ceil(offset / 8) * 8;

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
}
