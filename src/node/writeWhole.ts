import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkPath } from './checkPath.ts';
import { replaceFile } from './replaceFile.ts';

const where = 'writeWhole';

/**
 * Writes a file whole or not at all: to a temporary file beside it, flushed to the disk, then renamed over it.
 * A crash at any moment leaves the old file or the new one. Bytes may come in several parts, one after the other,
 * also from a generator.
 *
 * @throws MetricLearningError if the path is not a string, or the bytes are of another kind; the system's error if the file cannot be written.
 * @example
 * await writeWhole('index.safetensors', await encodeIndex(index.state()));
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array | string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  checkPath(where, 'the file', path);
  const parts = isWhole(bytes) ? [bytes] : bytes;
  const given = parts as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (!given?.[Symbol.iterator] && !given?.[Symbol.asyncIterator]) throw notBytes('bytes', bytes);
  await replaceFile(where, path, async (file) => {
    for await (const part of parts) {
      if (!isWhole(part)) throw notBytes('each part of bytes', part);
      await file.writeFile(part); // goes on where the part before ended
    }
  });
}

function isWhole(value: unknown): value is Uint8Array | string {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function notBytes(name: string, value: unknown): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `${name} to be a Uint8Array or a string`,
    got: show(value),
    ...(value instanceof ArrayBuffer && { fix: 'Pass new Uint8Array(buffer).' }),
  });
}
