import { nodeModule } from '../internal/nodeModules.ts';

/**
 * Writes a file whole or not at all: to a temporary file beside it, flushed to the disk, then renamed over it.
 * A crash at any moment leaves the old file or the new one. Bytes may come in several parts, one after the other.
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array | string | readonly Uint8Array[],
): Promise<void> {
  const { open, rename, rm } = nodeModule('writeWhole', 'node:fs/promises');
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      // Each goes on where the one before ended.
      for (const part of Array.isArray(bytes) ? bytes : [bytes]) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
