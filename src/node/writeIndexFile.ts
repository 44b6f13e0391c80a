import { tensorHead } from '../formats/safetensors.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import { yieldToEvents } from '../internal/yieldToEvents.ts';
import { checkItems } from '../search/checkItems.ts';
import { distanceText, indexKind } from '../search/indexFile.ts';
import type { IndexState } from '../search/indexState.ts';
import { checkPath } from './checkPath.ts';
import { entriesOf, type StreamedPart, streamedParts } from './indexParts.ts';
import { writeWhole } from './writeWhole.ts';

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
  const about = { kind: indexKind, ...distanceText(where, state) };
  checkItems(where, state.items);
  const parts = streamedParts(state);
  const hash = nodeModule(where, 'node:crypto').createHash('sha256');
  const sizes = parts.map(() => 0);
  for (const [i, part] of parts.entries()) {
    for (const piece of part.pieces()) {
      sizes[i] = sizes[i]! + piece.length;
      hash.update(piece);
      await yieldToEvents();
    }
  }
  const head = await tensorHead(entriesOf(parts, sizes), about, new Uint8Array(hash.digest()));
  await writeWhole(path, allPieces(head, parts));
}

function* allPieces(
  head: Uint8Array,
  parts: readonly StreamedPart[],
): Generator<Uint8Array, void, void> {
  yield head;
  for (const part of parts) yield* part.pieces();
}
