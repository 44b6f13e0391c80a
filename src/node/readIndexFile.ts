import { checkTensors, type TensorPart } from '../formats/safetensors.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { indexKind, indexOf } from '../search/indexFile.ts';
import type { IndexState } from '../search/indexState.ts';
import type { IndexItem } from '../search/vectorIndex.ts';
import {
  arrays,
  fill,
  openIndexFile,
  readAhead,
  readIndexLayout,
  readItems,
} from './indexFileParts.ts';
import { pieceBytes } from './indexParts.ts';
import type { FileHandle } from './replaceFile.ts';

const where = 'readIndexFile';

/**
 * Reads an index from a file of `writeIndexFile` or `encodeIndex`, of any size, piece by piece: it needs the memory of
 * the index, and a few megabytes.
 *
 * @throws MetricLearningError if the file is missing, something else, incomplete or damaged.
 * @example
 * const index = restoreIndex(await readIndexFile('faces.safetensors'));
 */
export async function readIndexFile(path: string): Promise<IndexState> {
  const file = await openIndexFile(where, path);
  try {
    return await readIndex(file);
  } finally {
    await file.close();
  }
}

async function readIndex(file: FileHandle): Promise<IndexState> {
  const { header, entries, start } = await readIndexLayout(where, file);
  const hash = nodeModule(where, 'node:crypto').createHash('sha256');
  const parts = new Map<string, TensorPart>();
  let items: IndexItem[] | undefined;
  for (const [name, entry] of entries) {
    const [from, to] = entry.data_offsets;
    const at = start + from;
    if (name === 'items') {
      const count = header.entries['vectors']?.shape[0] ?? 0;
      items = await readItems(where, file, at, to - from, count, (piece) => hash.update(piece));
      continue;
    }
    const dtype = entry.dtype as TensorPart['dtype'];
    const values = new arrays[dtype]((to - from) / arrays[dtype].BYTES_PER_ELEMENT);
    const bytes = new Uint8Array(values.buffer);
    const read = (done: number): Promise<Uint8Array> =>
      fill(file, bytes.subarray(done, done + pieceBytes), at + done);
    for await (const piece of readAhead(bytes.length, read)) hash.update(piece);
    parts.set(name, { name, dtype, shape: entry.shape, values });
  }
  await checkTensors(where, indexKind, header, new Uint8Array(hash.digest()));
  return indexOf(where, { texts: header.texts, parts }, items ?? []);
}
