import { nodeModule } from '../internal/nodeModules.ts';

/** A file that is open. */
export type FileHandle = Awaited<ReturnType<typeof import('node:fs/promises')['open']>>;

/**
 * Makes a file whole or not at all: `write` fills a temporary file beside it, which is flushed to the disk, then renamed
 * over it.
 *
 * @throws the system's error if the file cannot be written, and what `write` throws.
 */
export async function replaceFile(
  where: string,
  path: string,
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const { open, rename, rm } = nodeModule(where, 'node:fs/promises');
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await write(file);
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
