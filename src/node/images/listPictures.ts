import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { nodeModule } from '../../internal/nodeModules.ts';

/** A file that may be a picture. */
export interface FoundPicture {
  /** The path below the root, with slashes on every system. */
  readonly path: string;
  /** The path to open it by. */
  readonly file: string;
  /** What changes when the file is written again: its size and time. */
  readonly version: string;
}

export interface PictureList {
  /** By path, in the order of character codes: the same on every system. */
  readonly pictures: readonly FoundPicture[];
  /** The folders below the root, by path. */
  readonly folders: readonly string[];
  /** The files whose names do not end as those of pictures do. */
  readonly others: readonly string[];
  /** Links that lead nowhere. */
  readonly broken: readonly string[];
}

const ending = /\.(?:jpe?g|png|webp|avif|gif|tiff?)$/i;

/**
 * The pictures in a folder and all folders in it. Names that begin with a dot are passed over. Symbolic links are
 * followed, but for those that lead back into a folder that contains them.
 *
 * @throws MetricLearningError if a folder cannot be read.
 */
export async function listPictures(where: string, root: string): Promise<PictureList> {
  const { readdir, realpath, stat } = nodeModule(where, 'node:fs/promises');
  const { join } = nodeModule(where, 'node:path');
  const pictures: FoundPicture[] = [];
  const [folders, others, broken]: [string[], string[], string[]] = [[], [], []];

  const visit = async (folder: string, below: string, within: readonly string[]): Promise<void> => {
    const [real, names] = await attempt(where, folder, async () => [
      await realpath(folder),
      await readdir(folder),
    ]);
    if (within.includes(real)) return;
    for (const name of names) {
      if (name.startsWith('.')) continue;
      const [file, path] = [join(folder, name), below === '' ? name : `${below}/${name}`];
      const found = await stat(file).catch(() => undefined);
      if (found === undefined) broken.push(path);
      else if (found.isDirectory()) {
        folders.push(path);
        await visit(file, path, [...within, real]);
      } else if (found.isFile() && ending.test(name)) {
        pictures.push({ path, file, version: `${found.size} ${found.mtimeMs}` });
      } else others.push(path);
    }
  };
  await visit(root, '', []);
  const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return {
    pictures: pictures.sort((a, b) => byCode(a.path, b.path)),
    folders: folders.sort(byCode),
    others: others.sort(byCode),
    broken: broken.sort(byCode),
  };
}

async function attempt<T>(where: string, folder: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new MetricLearningError(
      {
        where,
        expected: `${folder} to be a folder that can be read`,
        got: error instanceof Error ? error.message : String(error),
      },
      { cause: error },
    );
  }
}
