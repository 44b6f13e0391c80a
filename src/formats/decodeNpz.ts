import { MetricLearningError } from '../errors/metricLearningError.ts';
import { inflate } from '../internal/inflate.ts';
import { checkBytes } from './internal/checkBytes.ts';
import { crc32 } from './internal/crc32.ts';
import { decodeNpy, type NpyArray } from './npy.ts';

const where = 'decodeNpz';
const checksum = crc32(0xedb88320);

/**
 * Decodes the bytes of a .npz file, as `numpy.savez` and `numpy.savez_compressed` write it: its arrays by name, each as
 * `decodeNpy` reads it. `name` is what errors call the file.
 *
 * @throws MetricLearningError if the bytes are no such file, not whole or damaged, or an array is not of the types that
 * `decodeNpy` reads.
 * @example
 * const { x, y } = await decodeNpz(await readFile('digits.npz'), 'digits.npz');
 */
export async function decodeNpz(
  bytes: Uint8Array,
  name = 'the data',
): Promise<Record<string, NpyArray>> {
  checkBytes(where, name, bytes);
  const arrays: Record<string, NpyArray> = {};
  for (const entry of entriesOf(bytes, name)) {
    if (!entry.path.endsWith('.npy')) continue;
    const content = await contentOf(bytes, entry, name);
    arrays[entry.path.slice(0, -'.npy'.length)] = decodeNpy(content, `${entry.path} in ${name}`);
  }
  if (Object.keys(arrays).length === 0) throw wrong(name, 'hold .npy files', 'none');
  return arrays;
}

/** A file in a ZIP file. */
interface Entry {
  readonly path: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly start: number;
}

/** The files of a ZIP file, by its directory, which stands at its end. */
function entriesOf(bytes: Uint8Array, name: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw wrong(name, 'be a whole ZIP file', `${bytes.length} bytes without its end`);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) {
      throw wrong(name, 'have a directory of its files', `none at byte ${at}`);
    }
    const sizes = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const [pathSize = 0, extra = 0, comment = 0] = sizes;
    const entry = {
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      start: view.getUint32(at + 42, true),
      path: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + pathSize)),
    };
    at += 46 + pathSize + extra + comment;
    return entry;
  });
}

async function contentOf(
  bytes: Uint8Array,
  { path, method, crc, packed, size, start }: Entry,
  name: string,
): Promise<Uint8Array> {
  const broken = (got: string): MetricLearningError =>
    wrong(name, `hold ${path} whole`, got, 'The file is truncated or damaged: fetch it again.');
  if (Math.max(packed, size, start) === 0xffffffff) {
    throw wrong(name, 'be smaller than 4 GB', 'a larger file', 'Save each array as .npy.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (start + 30 > bytes.length) throw broken('no bytes');
  const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  const stored = bytes.subarray(from, from + packed);
  if (stored.length !== packed) throw broken(`${stored.length} of ${packed} bytes`);
  if (method !== 0 && method !== 8) throw broken(`the compression method ${method}`);
  const content =
    method === 0
      ? stored
      : await inflate(stored, 'deflate-raw').catch((error: unknown) => {
          throw broken(error instanceof Error ? error.message : String(error));
        });
  if (content.length !== size) throw broken(`${content.length} of ${size} bytes`);
  if (checksum(content) !== crc) throw broken('bytes of another checksum');
  return content;
}

function wrong(name: string, expected: string, got: string, fix?: string): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `${name} to ${expected}`,
    got,
    ...(fix !== undefined && { fix }),
  });
}
