import {
  decodeTensors,
  encodeTensors,
  type TensorFile,
  type TensorPart,
} from '../formats/safetensors.ts';
import { checkItems } from './checkItems.ts';
import type { RowStorage } from './exact/rowCodec.ts';
import { fittingDistance, type IndexState, openState } from './indexState.ts';
import { configOf } from './searchDistance.ts';
import type { IndexItem } from './vectorIndex.ts';

/** What the header of an index's file says. */
export const indexKind = 'tfjs-metric-learning index 1';

/**
 * An index as bytes, in the safetensors format, which other languages read.
 *
 * The file holds the tensor `vectors` (F32, [items, dims]), the items as JSON in `items` (U8), and for a state with a
 * graph `graphNodes` (I32) and `graph` (U8). Its header holds the config of the distance as JSON, and the SHA-256 of all
 * of it. Write the bytes with a tool that leaves a whole file or none, as `writeWhole` of the entry `node` does.
 *
 * @throws MetricLearningError if the parts of the state do not fit together, the distance has no config, or JSON cannot
 * hold a label or metadata.
 * @example
 * const bytes = await encodeIndex(index.state());
 * const again = restoreIndex(await decodeIndex(bytes));
 * @see https://huggingface.co/docs/safetensors for the format.
 */
export async function encodeIndex(state: IndexState): Promise<Uint8Array> {
  return encodeTensors(
    indexKind,
    indexTexts('encodeIndex', state),
    indexParts('encodeIndex', state),
  );
}

/**
 * The index that `encodeIndex` wrote. It also reads files of early versions, which held the name of a distance.
 *
 * @throws MetricLearningError if the bytes are something else or incomplete.
 * @example
 * const index = restoreIndex(await decodeIndex(bytes));
 */
export async function decodeIndex(bytes: Uint8Array): Promise<IndexState> {
  return indexOf('decodeIndex', await decodeTensors('decodeIndex', indexKind, bytes));
}

/** The distance of an index, and how it keeps its vectors, as the header of a file holds them. */
export function indexTexts(where: string, state: IndexState): Record<string, string> {
  const { distance, storage } = openState(where, state);
  return { distance: JSON.stringify(configOf(where, distance)), ...(storage && { storage }) };
}

/** An index as arrays of a file, whose header holds its distance. */
export function indexParts(
  where: string,
  { dims, items, vectors, graph }: IndexState,
): TensorPart[] {
  checkItems(where, items);
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

/**
 * The index of a file; `items` are those that were parsed already. What its checksum proves is not checked again.
 *
 * @throws MetricLearningError if the parts are of the wrong kinds or numbers.
 */
export function indexOf(
  where: string,
  { texts, parts }: TensorFile,
  items?: readonly IndexItem[],
): IndexState {
  const valuesOf = <T extends TensorPart['values']>(name: string): T | undefined =>
    parts.get(name)?.values as T | undefined;
  const graph = valuesOf<Uint8Array>('graph');
  const nodes = valuesOf<Int32Array>('graphNodes');
  const state: IndexState = {
    dims: parts.get('vectors')?.shape[1] ?? 0,
    distance: parsedDistance(texts['distance'] ?? ''),
    items:
      items ?? (JSON.parse(new TextDecoder().decode(valuesOf<Uint8Array>('items'))) as IndexItem[]),
    vectors: valuesOf<Float32Array>('vectors') ?? new Float32Array(0),
    ...(texts['storage'] !== undefined && { storage: texts['storage'] as RowStorage }),
    ...(graph && nodes && { graph: { nodes, bytes: graph } }),
  };
  return { ...state, distance: configOf(where, fittingDistance(where, state)) };
}

/** A config, or the name that early files held. */
function parsedDistance(text: string): IndexState['distance'] {
  try {
    return JSON.parse(text) as IndexState['distance'];
  } catch {
    return text as unknown as IndexState['distance'];
  }
}
