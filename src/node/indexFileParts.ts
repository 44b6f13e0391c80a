import { MetricLearningError } from '../errors/metricLearningError.ts';
import {
  notTensors,
  readTensorHeader,
  type TensorEntries,
  type TensorEntry,
  type TensorPart,
} from '../formats/safetensors.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { indexKind } from '../search/indexFile.ts';
import type { IndexItem } from '../search/vectorIndex.ts';
import { checkPath } from './checkPath.ts';
import { pieceBytes } from './indexParts.ts';
import type { FileHandle } from './replaceFile.ts';

/** The kinds of arrays that a file of an index has. */
export const arrays: Readonly<
  Record<
    TensorPart['dtype'],
    Float32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor
  >
> = { F32: Float32Array, I32: Int32Array, U8: Uint8Array, BOOL: Uint8Array };
/** Bytes of a header that is read: files of other kinds may begin with any number. */
const mostHeader = 100_000_000;
/** Bytes of items that become text together: so few that the text is soon forgotten. */
const textBytes = 2 ** 16;

/** Where the arrays of a file lie. */
export interface IndexLayout {
  readonly header: ReturnType<typeof readTensorHeader>;
  /** The arrays in their order in the file. */
  readonly entries: readonly [string, TensorEntry][];
  /** Where the first array begins. */
  readonly start: number;
}

/** Opens a file of an index. */
export async function openIndexFile(where: string, path: string): Promise<FileHandle> {
  checkPath(where, 'the file', path);
  const { open } = nodeModule(where, 'node:fs/promises');
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new MetricLearningError(
      { where, expected: `${path} to be a readable file`, got: (cause as Error).message },
      { cause },
    );
  }
}

/** Reads the header of a file of an index. Throws unless its arrays fill the file. */
export async function readIndexLayout(where: string, file: FileHandle): Promise<IndexLayout> {
  const { size } = await file.stat();
  const start = new Uint8Array(8);
  await fill(file, start, 0);
  const length = Number(new DataView(start.buffer).getBigUint64(0, true));
  if (size < 8 || length > Math.min(mostHeader, size - 8)) {
    throw notTensors(where, indexKind, `${size} bytes of another kind`);
  }
  const head = new Uint8Array(length);
  await fill(file, head, 8);
  const header = readTensorHeader(where, indexKind, new TextDecoder().decode(head));
  const entries = readLayout(where, header.entries, size - 8 - length);
  return { header, entries, start: 8 + length };
}

/** The arrays in their order in the file. Throws unless they lie one after the other, and fill the rest of the file. */
function readLayout(where: string, entries: TensorEntries, rest: number): [string, TensorEntry][] {
  const sorted = Object.entries(entries).sort(([, a], [, b]) => startOf(a) - startOf(b));
  let end = 0;
  for (const [name, entry] of sorted) {
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Partial<TensorEntry>;
    const width = arrays[dtype as TensorPart['dtype']]?.BYTES_PER_ELEMENT;
    const bytes = Array.isArray(shape) ? shape.reduce((product, n) => product * n, width) : NaN;
    if (!Array.isArray(offsets) || offsets[0] !== end || offsets[1] - offsets[0] !== bytes) {
      throw notTensors(where, indexKind, `an array ${JSON.stringify(name)} that does not fit`);
    }
    end = offsets[1];
  }
  if (end !== rest) throw notTensors(where, indexKind, `${rest} bytes of arrays, not ${end}`);
  return sorted;
}

function startOf(entry: Partial<TensorEntry> | null): number {
  return entry?.data_offsets?.[0] ?? 0;
}

/** Reads the JSON of about `count` items; where each item has a line of its own, some lines at a time. */
export async function readItems(
  where: string,
  file: FileHandle,
  at: number,
  length: number,
  count: number,
  visit: (piece: Uint8Array) => void,
): Promise<IndexItem[]> {
  // An array that grows is copied again and again; one that begins too large is slow.
  const items = new Array<IndexItem>(Math.min(count, length, 2 ** 24));
  let found = 0;
  const decoder = new TextDecoder();
  const buffers = [0, 1].map(() => new Uint8Array(Math.min(pieceBytes, length)));
  let rest = '';
  let lines: boolean | undefined;
  let open = ''; // the first lines have a bracket of their own
  const add = (json: string): void => {
    for (const item of JSON.parse(json) as IndexItem[]) items[found++] = item;
  };
  const read = (done: number): Promise<Uint8Array> => {
    const buffer = buffers[(done / pieceBytes) % 2]!;
    return fill(file, buffer.subarray(0, Math.min(pieceBytes, length - done)), at + done);
  };
  try {
    for await (const piece of readAhead(length, read)) {
      visit(piece);
      for (let from = 0; from < piece.length; from += textBytes) {
        const text = decoder.decode(piece.subarray(from, from + textBytes), { stream: true });
        lines ??= text.startsWith('[\n');
        const end = lines ? text.lastIndexOf(',\n') : -1;
        if (end < 0) {
          rest += text;
          continue;
        }
        add(`${open}${rest}${text.slice(0, end)}]`);
        rest = text.slice(end + 2);
        open = '[';
      }
    }
    add(`${open}${rest}`);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw notTensors(where, indexKind, 'items that are no JSON: they are damaged', { cause });
  }
  items.length = found;
  return items;
}

/** The pieces of `length` bytes: the next one is read while one is worked on. */
export async function* readAhead(
  length: number,
  read: (done: number) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let next = read(0);
  try {
    for (let done = 0; done < length; done += pieceBytes) {
      const piece = await next;
      if (done + pieceBytes < length) next = read(done + pieceBytes);
      yield piece;
    }
  } finally {
    await next.catch(() => undefined); // so that no file is closed while it is read
  }
}

/** Fills bytes with those of the file from `position` on. */
export async function fill(
  file: FileHandle,
  bytes: Uint8Array,
  position: number,
): Promise<Uint8Array> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) break; // what is missing is found by the layout or the checksum
    done += bytesRead;
  }
  return bytes;
}
