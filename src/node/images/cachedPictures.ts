import { nodeModule } from '../../internal/nodeModules.ts';
import type { Decoder, Decoding } from './decoder.ts';
import type { FoundPicture } from './listPictures.ts';

/** Bytes of a SHA-256. */
const checksumLength = 32;

/**
 * Pixels from a folder of decoded pictures, or from the decoder, which then go into the folder.
 *
 * The name of a file in the folder is a checksum of the picture's path, size, time and decoding, and its content begins
 * with a checksum of the pixels: what is of another version, of other options, or damaged, is decoded again.
 */
export function cachedPictures(
  where: string,
  folder: string,
  decoding: Decoding,
  decode: Decoder,
): (picture: FoundPicture) => Promise<Uint8Array> {
  const { mkdir, readFile, rename, rm, writeFile } = nodeModule(where, 'node:fs/promises');
  const { join } = nodeModule(where, 'node:path');
  const { createHash } = nodeModule(where, 'node:crypto');
  const sha256 = (bytes: Uint8Array | string): Buffer =>
    createHash('sha256').update(bytes).digest();
  const size = decoding.height * decoding.width * decoding.channels;
  return async ({ file, version }) => {
    const name = sha256(JSON.stringify(['1', file, version, decoding])).toString('hex');
    const kept = join(folder, name.slice(0, 2), `${name}.pixels`);
    const found = await readFile(kept).catch(() => undefined);
    if (found?.length === checksumLength + size) {
      const pixels = found.subarray(checksumLength);
      if (sha256(pixels).equals(found.subarray(0, checksumLength))) return pixels;
    }
    const pixels = await decode(file);
    const temporary = `${kept}.${process.pid}.tmp`;
    try {
      await mkdir(join(folder, name.slice(0, 2)), { recursive: true });
      await writeFile(temporary, Buffer.concat([sha256(pixels), pixels]));
      await rename(temporary, kept);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw new CacheError(error instanceof Error ? error.message : String(error), {
        cause: error,
      });
    }
    return pixels;
  };
}

/** The cache cannot be written: no fault of the picture. */
export class CacheError extends Error {}
