import {
  decodeTensors,
  encodeTensors,
  type TensorFile,
  type TensorPart,
} from '../formats/safetensors.ts';
import { checkIndexState, type IndexState } from './indexState.ts';
import type { SearchDistance } from './searchDistance.ts';
import type { IndexItem } from './vectorIndex.ts';

const kind = 'tfjs-metric-learning index 1';

/**
 * An index as bytes, in the safetensors format, which other languages read: the tensor `vectors` (F32, [items, dims])
 * and the items as JSON in `items` (U8), with the distance, and the SHA-256 of it all, in the header; for a state with a
 * graph also `graphNodes` (I32) and `graph` (U8).
 *
 * Write them with a tool that leaves a whole file or none, as `writeWhole` of the entry `node` does.
 *
 * @throws MetricLearningError if the parts of the state do not fit together.
 * @see https://huggingface.co/docs/safetensors for the format.
 */
export async function encodeIndex(state: IndexState): Promise<Uint8Array> {
  checkIndexState('encodeIndex', state);
  return encodeTensors(kind, { distance: state.distance }, indexParts(state));
}

/**
 * The index that `encodeIndex` wrote.
 *
 * @throws MetricLearningError if the bytes are something else, or not whole.
 */
export async function decodeIndex(bytes: Uint8Array): Promise<IndexState> {
  return indexOf('decodeIndex', await decodeTensors('decodeIndex', kind, bytes));
}

/** An index as arrays of a file, whose header tells its distance. */
export function indexParts({ dims, items, vectors, graph }: IndexState): TensorPart[] {
  const json = new TextEncoder().encode(JSON.stringify(items));
  const parts: TensorPart[] = [
    { name: 'vectors', dtype: 'F32', shape: [items.length, dims], values: vectors },
    { name: 'items', dtype: 'U8', shape: [json.length], values: json },
  ];
  if (!graph) return parts;
  const { nodes, bytes } = graph;
  parts.splice(1, 0, { name: 'graphNodes', dtype: 'I32', shape: [nodes.length], values: nodes });
  return [...parts, { name: 'graph', dtype: 'U8', shape: [bytes.length], values: bytes }];
}

/** The index of a file. */
export function indexOf(where: string, { texts, parts }: TensorFile): IndexState {
  const valuesOf = <T extends TensorPart['values']>(name: string): T | undefined =>
    parts.get(name)?.values as T | undefined;
  const graph = valuesOf<Uint8Array>('graph');
  const nodes = valuesOf<Int32Array>('graphNodes');
  const state: IndexState = {
    dims: parts.get('vectors')?.shape[1] ?? 0,
    distance: texts['distance'] as SearchDistance,
    items: JSON.parse(new TextDecoder().decode(valuesOf<Uint8Array>('items'))) as IndexItem[],
    vectors: valuesOf<Float32Array>('vectors') ?? new Float32Array(0),
    ...(graph && nodes && { graph: { nodes, bytes: graph } }),
  };
  checkIndexState(where, state);
  return state;
}
