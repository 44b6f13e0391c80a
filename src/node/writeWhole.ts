import { checkPath } from './checkPath.ts';
import { replaceFile } from './replaceFile.ts';

/**
 * Writes a file whole or not at all: to a temporary file beside it, flushed to the disk, then renamed over it.
 * A crash at any moment leaves the old file or the new one. Bytes may come in several parts, one after the other,
 * also from a generator.
 *
 * @throws MetricLearningError if the path is not a string; the system's error if the file cannot be written.
 * @example
 * await writeWhole('index.safetensors', await encodeIndex(index.state()));
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  checkPath('writeWhole', 'the file', path);
  await replaceFile('writeWhole', path, async (file) => {
    // Each goes on where the one before ended.
    const whole = typeof bytes === 'string' || bytes instanceof Uint8Array;
    for await (const part of whole ? [bytes] : bytes) await file.writeFile(part);
  });
}
