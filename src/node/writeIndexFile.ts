import { tensorHead } from '../formats/safetensors.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { checkItems } from '../search/checkItems.ts';
import { indexKind, indexTexts } from '../search/indexFile.ts';
import type { IndexState } from '../search/indexState.ts';
import { checkPath } from './checkPath.ts';
import { entriesOf, streamedParts } from './indexParts.ts';
import { type FileHandle, replaceFile } from './replaceFile.ts';

/** More bytes than a part of a file has: the header leaves room for such numbers. */
const mostBytes = 2 ** 50;

/**
 * Writes an index to a file of any size, piece by piece, with a few megabytes of memory besides the state: the file of
 * `encodeIndex`, which also `decodeIndex` reads where it fits into memory twice. A crash at any moment leaves the old
 * file or the new one.
 *
 * @throws MetricLearningError if the parts of the state do not fit together, the distance has no config, or JSON cannot
 * hold a label or metadata; the system's error if the file cannot be written.
 * @example
 * await writeIndexFile('faces.safetensors', index.state());
 * const again = restoreIndex(await readIndexFile('faces.safetensors'));
 */
export async function writeIndexFile(path: string, state: IndexState): Promise<void> {
  const where = 'writeIndexFile';
  checkPath(where, 'the file', path);
  const about = { kind: indexKind, ...indexTexts(where, state) };
  checkItems(where, state.items);
  const parts = streamedParts(state);
  const headOf = (sizes: readonly number[], body: Uint8Array, room = 0): Promise<Uint8Array> =>
    tensorHead(entriesOf(parts, sizes), about, body, room);
  const hash = nodeModule(where, 'node:crypto').createHash('sha256');
  const largest = parts.map(() => mostBytes);
  const { length: room } = await headOf(largest, new Uint8Array(32));
  await replaceFile(where, path, async (file) => {
    const sizes = parts.map(() => 0);
    let at = room;
    for (const [i, part] of parts.entries()) {
      for (const piece of part.pieces()) {
        const written = writeAt(file, piece, at);
        hash.update(piece); // while the system writes
        await written;
        at += piece.length;
        sizes[i] = sizes[i]! + piece.length;
      }
    }
    await writeAt(file, await headOf(sizes, new Uint8Array(hash.digest()), room), 0);
  });
}

/** Writes all bytes from `position` on. */
async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
