import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import { didYouMean } from '../../internal/didYouMean.ts';
import { inflate } from '../../internal/inflate.ts';
import { checkBytes } from './checkBytes.ts';
import { crc32 } from './crc32.ts';

/** The files of a ZIP file. */
export interface ZipFile {
  /** The paths of the files, in the order of the directory of the ZIP file. */
  readonly paths: readonly string[];
  /**
   * Unpacks a file.
   *
   * @throws MetricLearningError if there is none of this path, or it is not whole.
   */
  read(path: string): Promise<Uint8Array>;
}

const checksum = crc32(0xedb88320);

/** Opens the bytes of a ZIP file; `where` and `name` are what errors call the caller and the file. */
export function readZip(where: string, bytes: Uint8Array, name: string): ZipFile {
  const wrong = wrongIn(where, name);
  checkBytes(where, name, bytes);
  const entries = new Map(entriesOf(bytes, wrong).map((entry) => [entry.path, entry]));
  const paths = [...entries.keys()];
  return {
    paths,
    async read(path) {
      const entry = entries.get(path);
      if (entry !== undefined) return contentOf(bytes, entry, wrong);
      const meant = typeof path === 'string' ? didYouMean(path, paths) : undefined;
      const fix = meant === undefined ? undefined : `It is called ${meant}.`;
      throw wrong(`hold ${show(path)}`, `${paths.length} other files`, fix);
    },
  };
}

type Wrong = (expected: string, got: string, fix?: string) => MetricLearningError;

function wrongIn(where: string, name: string): Wrong {
  return (expected, got, fix) =>
    new MetricLearningError({
      where,
      expected: `${name} to ${expected}`,
      got,
      ...(fix !== undefined && { fix }),
    });
}

/** A file in a ZIP file. */
interface Entry {
  readonly path: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly start: number;
}

/** The files of a ZIP file, by its directory, which stands at its end. */
function entriesOf(bytes: Uint8Array, wrong: Wrong): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw wrong('be a whole ZIP file', `${bytes.length} bytes without its end`);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) {
      throw wrong('have a directory of its files', `none at byte ${at}`);
    }
    const sizes = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const [pathSize = 0, extra = 0, comment = 0] = sizes;
    const entry = {
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 1) === 1,
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
  { path, method, encrypted, crc, packed, size, start }: Entry,
  wrong: Wrong,
): Promise<Uint8Array> {
  const broken = (got: string): MetricLearningError =>
    wrong(`hold ${path} whole`, got, 'The file is truncated or damaged: fetch it again.');
  if (Math.max(packed, size, start) === 0xffffffff) {
    throw wrong('be smaller than 4 GB', 'a larger file');
  }
  if (encrypted) throw wrong(`hold ${path} without a password`, 'an encrypted file');
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
