import { decodeTensors, encodeTensorParts } from '../../formats/safetensors.ts';

/** Named numbers of a checkpoint, bit for bit. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** The content of a checkpoint: JSON for what is small, tensors for what is large. */
export interface Checkpoint {
  readonly state: unknown;
  readonly tensors: readonly StoredTensor[];
}

const kind = 'tfjs-metric-learning checkpoint 1';
const fileTypes = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const;
const types = { F32: 'float32', I32: 'int32', BOOL: 'bool', U8: 'bool' } as const;

/** A checkpoint as bytes, in several parts: its arrays are not copied. */
export function encodeCheckpoint({ state, tensors }: Checkpoint): Promise<Uint8Array[]> {
  const parts = tensors.map(({ dtype, ...rest }) => ({ ...rest, dtype: fileTypes[dtype] }));
  return encodeTensorParts(kind, { state: JSON.stringify(state, hideNonFinite) }, parts);
}

/**
 * The checkpoint that these bytes hold; `name` is what errors call them. Its arrays lie in the bytes.
 *
 * @throws MetricLearningError if the bytes are no checkpoint, or not whole.
 */
export async function decodeCheckpoint(bytes: Uint8Array, name: string): Promise<Checkpoint> {
  const { texts, parts } = await decodeTensors(name, kind, bytes, true);
  return {
    state: JSON.parse(texts['state']!, showNonFinite),
    tensors: [...parts.values()].map(({ dtype, ...rest }) => ({ ...rest, dtype: types[dtype] })),
  };
}

/** JSON has no NaN and no Infinity: they go as `{ number: 'NaN' }`. */
function hideNonFinite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

function showNonFinite(_: string, value: unknown): unknown {
  const { number } = (value ?? {}) as { number?: unknown };
  return typeof number === 'string' ? Number(number) : value;
}
