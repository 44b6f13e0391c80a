import { MetricLearningError } from '../errors/metricLearningError.ts';
import {
  checkTensors,
  notTensors,
  readTensorHeader,
  type TensorEntries,
  type TensorEntry,
  type TensorPart,
} from '../formats/safetensors.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { indexKind, indexOf } from '../search/indexFile.ts';
import type { IndexState } from '../search/indexState.ts';
import type { IndexItem } from '../search/vectorIndex.ts';
import { checkPath } from './checkPath.ts';
import { pieceBytes } from './indexParts.ts';

const where = 'readIndexFile';
type FileHandle = Awaited<ReturnType<typeof import('node:fs/promises')['open']>>;
const arrays = { F32: Float32Array, I32: Int32Array, U8: Uint8Array, BOOL: Uint8Array };
/** Bytes of a header that is read: files of other kinds may begin with any number. */
const mostHeader = 100_000_000;

/**
 * Reads an index from a file of `writeIndexFile` or `encodeIndex`, of any size, piece by piece: it needs the memory of
 * the index, and a few megabytes.
 *
 * @throws MetricLearningError if the file is missing, something else, incomplete or damaged.
 * @example
 * const index = restoreIndex(await readIndexFile('faces.safetensors'));
 */
export async function readIndexFile(path: string): Promise<IndexState> {
  checkPath(where, 'the file', path);
  const { open } = nodeModule(where, 'node:fs/promises');
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    throw new MetricLearningError(
      { where, expected: `${path} to be a readable file`, got: (cause as Error).message },
      { cause },
    );
  }
  try {
    return await readIndex(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}

async function readIndex(file: FileHandle, size: number): Promise<IndexState> {
  const start = new Uint8Array(8);
  await fill(file, start, 0);
  const length = Number(new DataView(start.buffer).getBigUint64(0, true));
  if (size < 8 || length > Math.min(mostHeader, size - 8)) {
    throw notTensors(where, indexKind, `${size} bytes of another kind`);
  }
  const head = new Uint8Array(length);
  await fill(file, head, 8);
  const header = readTensorHeader(where, indexKind, new TextDecoder().decode(head));
  const entries = readLayout(header.entries, size - 8 - length);

  const hash = nodeModule(where, 'node:crypto').createHash('sha256');
  const parts = new Map<string, TensorPart>();
  let items: IndexItem[] | undefined;
  for (const [name, entry] of entries) {
    const [from, to] = entry.data_offsets;
    const at = 8 + length + from;
    if (name === 'items') {
      items = await readItems(file, at, to - from, (piece) => hash.update(piece));
      continue;
    }
    const dtype = entry.dtype as TensorPart['dtype'];
    const values = new arrays[dtype]((to - from) / arrays[dtype].BYTES_PER_ELEMENT);
    const bytes = new Uint8Array(values.buffer);
    for (let done = 0; done < bytes.length; done += pieceBytes) {
      const piece = bytes.subarray(done, done + pieceBytes);
      await fill(file, piece, at + done);
      hash.update(piece);
    }
    parts.set(name, { name, dtype, shape: entry.shape, values });
  }
  await checkTensors(where, indexKind, header, new Uint8Array(hash.digest()));
  return indexOf(where, { texts: header.texts, parts }, items ?? []);
}

/** The arrays in their order in the file. Throws unless they lie one after the other, and fill the rest of the file. */
function readLayout(entries: TensorEntries, rest: number): [string, TensorEntry][] {
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

/** Reads the JSON of items; where each item has a line of its own, some lines at a time. */
async function readItems(
  file: FileHandle,
  at: number,
  length: number,
  visit: (piece: Uint8Array) => void,
): Promise<IndexItem[]> {
  const items: IndexItem[] = [];
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(Math.min(pieceBytes, length));
  let rest = '';
  let lines = false;
  const add = (json: string): void => {
    for (const item of JSON.parse(json) as IndexItem[]) items.push(item);
  };
  try {
    for (let done = 0; done < length; done += pieceBytes) {
      const piece = buffer.subarray(0, Math.min(pieceBytes, length - done));
      await fill(file, piece, at + done);
      visit(piece);
      rest += decoder.decode(piece, { stream: true });
      if (done === 0 && rest.startsWith('[\n')) {
        lines = true;
        rest = rest.slice(2);
      }
      const end = lines ? rest.lastIndexOf(',\n') : -1;
      if (end < 0) continue;
      add(`[${rest.slice(0, end)}]`);
      rest = rest.slice(end + 2);
    }
    add(lines ? `[${rest}` : rest);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw notTensors(where, indexKind, 'items that are no JSON: they are damaged', { cause });
  }
  return items;
}

/** Fills bytes with those of the file from `position` on. */
async function fill(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) return; // what is missing is found by the layout or the checksum
    done += bytesRead;
  }
}
