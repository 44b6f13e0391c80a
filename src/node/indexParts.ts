import type { TensorEntries, TensorEntry, TensorPart } from '../formats/safetensors.ts';
import type { IndexState } from '../search/indexState.ts';
import type { IndexItem } from '../search/vectorIndex.ts';

/** An array of an index's file, whose bytes come in pieces. */
export interface StreamedPart {
  readonly name: string;
  readonly dtype: TensorPart['dtype'];
  /** The shape; undefined for bytes whose number is known at their end. */
  readonly shape: readonly number[] | undefined;
  pieces(): Iterable<Uint8Array>;
}

/** Bytes in a piece. */
export const pieceBytes: number = 2 ** 20;
/** Items that are made into JSON together. */
const itemsAtOnce = 5_000;

/** The arrays of an index's file: those of `encodeIndex`, but the items have a line each. */
export function streamedParts({ dims, items, vectors, graph }: IndexState): StreamedPart[] {
  const whole = (
    name: string,
    dtype: TensorPart['dtype'],
    shape: number[],
    values: TensorPart['values'],
  ): StreamedPart => ({ name, dtype, shape, pieces: () => piecesOf(values) });
  return [
    whole('vectors', 'F32', [items.length, dims], vectors),
    ...(graph ? [whole('graphNodes', 'I32', [graph.nodes.length], graph.nodes)] : []),
    { name: 'items', dtype: 'U8', shape: undefined, pieces: () => itemPieces(items) },
    ...(graph ? [whole('graph', 'U8', [graph.bytes.length], graph.bytes)] : []),
  ];
}

/** Where parts of these numbers of bytes lie, one after the other. */
export function entriesOf(parts: readonly StreamedPart[], sizes: readonly number[]): TensorEntries {
  let end = 0;
  return Object.fromEntries(
    parts.map(({ name, dtype, shape }, i): [string, TensorEntry] => {
      const from = end;
      end += sizes[i]!;
      return [name, { dtype, shape: shape ?? [sizes[i]!], data_offsets: [from, end] }];
    }),
  );
}

function* piecesOf(values: TensorPart['values']): Generator<Uint8Array, void, void> {
  for (let at = 0; at < values.byteLength; at += pieceBytes) {
    const length = Math.min(pieceBytes, values.byteLength - at);
    yield new Uint8Array(values.buffer, values.byteOffset + at, length);
  }
}

/** The items as a JSON array with a line for each item. */
function* itemPieces(items: readonly IndexItem[]): Generator<Uint8Array, void, void> {
  const encoder = new TextEncoder();
  yield encoder.encode('[\n');
  for (let first = 0; first < items.length; first += itemsAtOnce) {
    const lines = items.slice(first, first + itemsAtOnce).map((item) => JSON.stringify(item));
    yield encoder.encode(`${first === 0 ? '' : ',\n'}${lines.join(',\n')}`);
  }
  yield encoder.encode('\n]');
}
