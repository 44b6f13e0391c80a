import type { LazyDataset } from '../data/lazyDataset.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import {
  callback,
  either,
  type OptionKind,
  oneOf,
  text,
  wholeNumber,
} from '../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
} from '../internal/readOptions.ts';
import { checkPath } from './checkPath.ts';
import { CacheError, cachedPictures } from './images/cachedPictures.ts';
import { createGate } from './images/createGate.ts';
import { openDecoder } from './images/decoder.ts';
import { type FoundPicture, listPictures, type PictureList } from './images/listPictures.ts';

/** A file that cannot be decoded, and why. */
export interface BadPicture {
  /** The path of the file below the root, with slashes. */
  readonly path: string;
  readonly reason: string;
}

export interface OpenImageFolderOptions {
  /** The size of all pictures: the pixels of both sides, or [height, width]. Default 64. */
  size?: number | readonly [height: number, width: number];
  /**
   * How a picture of other proportions fits: 'contain' adds a border, 'cover' cuts the longer side, 'fill' distorts.
   * Default 'contain'.
   */
  fit?: 'contain' | 'cover' | 'fill';
  /**
   * Values of a pixel: 1 for gray, 3 for red, green and blue, 4 with opacity as the last one and transparent borders.
   * Default 3.
   */
  channels?: 1 | 3 | 4;
  /** The color of borders and behind transparent pixels, with fewer than four channels. Default '#ffffff'. */
  background?: string;
  /**
   * What the class of a picture is: 'folder' is the first folder below the root, 'parent' the folder that holds the file;
   * or a function of the path below the root. Default 'folder'.
   */
  by?: 'folder' | 'parent' | ((path: string) => string);
  /** The folder that keeps decoded pictures for the next time; it is made if it is missing. Default: no cache. */
  cache?: string;
  /**
   * What happens with a file that cannot be decoded: 'refuse' throws, 'skip' leaves it out, and a function is called with
   * it, which also leaves it out. Default 'refuse'.
   */
  onBad?: 'refuse' | 'skip' | ((bad: BadPicture) => void);
  /** The number of pictures that are decoded at the same time. Default 4. */
  parallel?: number;
  /** Called with the number of pictures that were checked, and the number of all. Default: none. */
  onProgress?: (done: number, total: number) => void;
}

const side = wholeNumber(1);
const sizeKind: OptionKind<number | readonly [height: number, width: number]> = {
  expected: 'a whole number >= 1, or two of them, [height, width]',
  accepts: (value) =>
    side.accepts(value) ||
    (Array.isArray(value) && value.length === 2 && value.every(side.accepts)),
};
const color: OptionKind<string> = {
  expected: 'a color of the form #rrggbb',
  accepts: (value) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value),
};

export const openImageFolderOptions: OptionTable<OpenImageFolderOptions, 'cache' | 'onProgress'> = {
  size: preset<number | readonly [height: number, width: number]>(64, sizeKind),
  fit: preset<'contain' | 'cover' | 'fill'>('contain', oneOf('contain', 'cover', 'fill')),
  channels: preset<1 | 3 | 4>(3, oneOf(1, 3, 4)),
  background: preset('#ffffff', color),
  by: preset<'folder' | 'parent' | ((path: string) => string)>(
    'folder',
    either(oneOf('folder', 'parent'), callback('(path) => name')),
  ),
  cache: optional(text),
  onBad: preset<'refuse' | 'skip' | ((bad: BadPicture) => void)>(
    'refuse',
    either(oneOf('refuse', 'skip'), callback('(bad) => {}')),
  ),
  parallel: preset(4, wholeNumber(1)),
  onProgress: optional(callback('(done, total) => ..')),
};

/** The pictures of a folder as a lazy data set of bytes, [height, width, channels]. */
export interface ImageFolder extends LazyDataset {
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly labels: Int32Array;
  /** The names of the classes, in the order of character codes. */
  readonly names: readonly string[];
  /** The path of each picture below the root, with slashes, in the order of character codes. */
  readonly captions: readonly string[];
  /** What was left out: files that cannot be decoded, and those that are no pictures by their names. */
  readonly dropped: { readonly bad: readonly BadPicture[]; readonly others: readonly string[] };
  pick(indices: Int32Array): Promise<Uint8Array>;
}

const where = 'openImageFolder';

/**
 * Opens a folder of pictures, in Node with the package `sharp`: JPEG, PNG, WebP, AVIF, GIF and TIFF files, in a folder for
 * each class.
 *
 * Each file is decoded once before this function returns, so that damaged ones show before training; later batches come
 * from the cache, or are decoded again. Pictures are turned as their EXIF data say. Names that begin with a dot are passed
 * over, and symbolic links are followed.
 *
 * @throws MetricLearningError if the folder cannot be read, a file cannot be decoded (with `onBad: 'refuse'`), a class has
 * no picture, an option is wrong, or `sharp` is not installed.
 * @example
 * const pictures = await openImageFolder('./birds', { size: 96, cache: './.cache', onBad: 'skip' });
 * const { train, test } = applySplit(pictures, splitByClass(pictures.labels, { test: 0.3 }));
 */
export async function openImageFolder(
  root: string,
  options: OpenImageFolderOptions = {},
): Promise<ImageFolder> {
  checkPath(where, 'the folder', root);
  const values = readOptions(where, openImageFolderOptions, options);
  const { size, channels, fit, background, cache, parallel } = values;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const decoding = { height, width, channels, fit, background };
  const list = await listPictures(where, root);
  const classOf = classNamer(values.by);
  const named = list.pictures.map((picture) => ({ picture, name: classOf(picture.path) }));
  if (named.length === 0) throw noPictures(root, list);

  const decode = await openDecoder(where, decoding);
  const gate = createGate(parallel);
  const cached = cache ? cachedPictures(where, cache, decoding, decode) : undefined;
  const load = (picture: FoundPicture): Promise<Uint8Array> =>
    gate(() => cached?.(picture) ?? decode(picture.file));

  const bad = await findBad(load, list, values);
  const isBad = new Set(bad.map(({ path }) => path));
  const good = named.filter(({ picture }) => !isBad.has(picture.path));
  checkClasses(list, values.by, named, good);
  const names = [...new Set(good.map(({ name }) => name))].sort();
  const ids = new Map(names.map((name, id) => [name, id]));
  const each = height * width * channels;
  return {
    count: good.length,
    shape: [height, width, channels],
    labels: Int32Array.from(good, ({ name }) => ids.get(name)!),
    names,
    captions: good.map(({ picture }) => picture.path),
    dropped: { bad, others: list.others },
    async pick(indices) {
      const pixels = new Uint8Array(indices.length * each);
      await Promise.all(
        Array.from(indices, async (index, row) => {
          const { picture } = good[index]!;
          pixels.set(await pixelsOf(picture, load), row * each);
        }),
      );
      return pixels;
    },
  };
}

/** The pixels of a picture; an error says which it is. */
async function pixelsOf(
  picture: FoundPicture,
  load: (picture: FoundPicture) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  try {
    return await load(picture);
  } catch (error) {
    throw refused({ path: picture.path, reason: reasonOf(error) }, error);
  }
}

/** Decodes every picture once; returns those that cannot be, in order. */
async function findBad(
  load: (picture: FoundPicture) => Promise<Uint8Array>,
  { pictures, broken }: PictureList,
  { onBad, onProgress }: Pick<OptionValues<typeof openImageFolderOptions>, 'onBad' | 'onProgress'>,
): Promise<BadPicture[]> {
  const bad: BadPicture[] = broken.map((path) => ({ path, reason: 'a link that leads nowhere' }));
  let done = 0;
  let first: unknown;
  const work = pictures.map(async (picture) => {
    if (first !== undefined) return; // one was refused: the rest need not be read
    try {
      await load(picture);
    } catch (error) {
      if (error instanceof CacheError) first ??= cacheRefused(error);
      const one = { path: picture.path, reason: reasonOf(error) };
      if (onBad === 'refuse') first ??= refused(one, error);
      bad.push(one);
    }
    onProgress?.(++done, pictures.length);
  });
  await Promise.all(work);
  if (first !== undefined) throw first;
  bad.sort((a, b) => (a.path < b.path ? -1 : 1));
  if (onBad === 'refuse' && bad.length > 0) throw refused(bad[0]!);
  if (typeof onBad === 'function') for (const one of bad) onBad(one);
  return bad;
}

function classNamer(by: Required<OpenImageFolderOptions>['by']): (path: string) => string {
  if (typeof by === 'function') {
    return (path) => {
      const name: unknown = by(path);
      if (typeof name === 'string' && name !== '') return name;
      throw new MetricLearningError({
        where,
        expected: `by to return the name of a class for ${path}`,
        got: JSON.stringify(name) ?? 'undefined',
      });
    };
  }
  return (path) => {
    const folders = path.split('/').slice(0, -1);
    const name = by === 'folder' ? folders[0] : folders.at(-1);
    if (name !== undefined) return name;
    throw new MetricLearningError({
      where,
      expected: 'a folder for each class',
      got: `the picture ${path} beside them`,
      fix: "Move it into a folder, or name classes by a function: by: (path) => path.split('_')[0].",
    });
  };
}

function checkClasses(
  { folders }: PictureList,
  by: Required<OpenImageFolderOptions>['by'],
  all: readonly { readonly name: string }[],
  good: readonly { readonly name: string }[],
): void {
  const kept = new Set(good.map(({ name }) => name));
  const wanted = new Set(all.map(({ name }) => name));
  if (by === 'folder') {
    for (const folder of folders) if (!folder.includes('/')) wanted.add(folder);
  }
  const empty = [...wanted].filter((name) => !kept.has(name));
  if (empty.length === 0) return;
  const more = empty.length > 3 ? ` and ${empty.length - 3} more` : '';
  throw new MetricLearningError({
    where,
    expected: 'at least one picture of each class',
    got: `none of ${empty.slice(0, 3).join(', ')}${more}`,
    fix: 'Remove the folders that hold none, or repair their files.',
  });
}

function noPictures(root: string, { others }: PictureList): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: `pictures (.jpg, .png, .webp, .avif, .gif, .tif) in ${root}`,
    got: others.length === 0 ? 'no file' : `${others.length} other files, such as ${others[0]}`,
  });
}

function refused({ path, reason }: BadPicture, cause?: unknown): MetricLearningError {
  return new MetricLearningError(
    {
      where,
      expected: `${path} to be a picture that can be decoded`,
      got: reason,
      fix: "Repair or remove the file, or leave such files out: onBad: 'skip'.",
    },
    cause === undefined ? undefined : { cause },
  );
}

function cacheRefused(cause: CacheError): MetricLearningError {
  return new MetricLearningError(
    { where, expected: 'a cache folder that can be written', got: cause.message },
    { cause },
  );
}

/** What the decoder says, in one line. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n')[0] ?? '';
}
