import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { History } from 'tfjs-metric-learning';
import { writeWhole } from 'tfjs-metric-learning/node';
import type { Config } from './config.ts';
import type { DataSource } from './data.ts';
import { UserError } from './userError.ts';

/** What a run is, kept in its folder from the start. */
export interface RunCard {
  readonly config: Config;
  readonly data: DataSource;
  readonly classNames?: readonly string[];
  readonly engine: string;
  readonly trainingImages: number;
  readonly testImages: number;
  /** Absent until training ends. */
  readonly history?: History;
  readonly tripletAccuracy?: number;
  readonly precisionAt1?: number;
  readonly rawPrecisionAt1?: number;
}

const cardFile = 'history.json';

/** The folder, within a run's, of what training goes on from. */
export const checkpoints = 'checkpoints';

/** Makes a folder for a run: `out/name`, or `out/name-2` and so on where earlier runs are. */
export async function createRunFolder(out: string, name: string): Promise<string> {
  try {
    await mkdir(out, { recursive: true });
    for (let number = 1; ; number++) {
      const folder = join(out, number === 1 ? name : `${name}-${number}`);
      try {
        await mkdir(folder);
        return folder;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new UserError(`cannot write into the output folder ${out}: ${(error as Error).message}`);
  }
}

/** The run folder whose model was saved last. */
export async function newestModel(out: string): Promise<string> {
  const newest = await newestWith(out, join('model', 'model.json'));
  if (newest !== undefined) return newest;
  throw new UserError(
    `no trained model in ${out}. Train one first (the train command), or name its folder with --run.`,
  );
}

/** The run folder that was written a checkpoint last. */
export async function newestRun(out: string): Promise<string> {
  const newest = await newestWith(out, checkpoints);
  if (newest !== undefined) return newest;
  throw new UserError(
    `no run to resume in ${out}. Begin one without --resume, or name its folder: --resume <folder>.`,
  );
}

async function newestWith(out: string, part: string): Promise<string | undefined> {
  const names = await readdir(out).catch(() => []);
  const runs = await Promise.all(
    names.map(async (name) => {
      const folder = join(out, name);
      const written = await stat(join(folder, part)).catch(() => undefined);
      return { folder, time: written?.mtimeMs ?? -1 };
    }),
  );
  return runs.filter(({ time }) => time >= 0).sort((a, b) => b.time - a.time)[0]?.folder;
}

export async function writeRunCard(folder: string, card: RunCard): Promise<void> {
  await writeWhole(join(folder, cardFile), `${JSON.stringify(card, null, 2)}\n`);
}

export async function readRunCard(folder: string): Promise<RunCard> {
  const path = join(folder, cardFile);
  try {
    const card = JSON.parse(await readFile(path, 'utf8')) as RunCard;
    if (typeof card?.config?.pixelScale === 'number') return card;
    throw new Error('it has no config');
  } catch (error) {
    throw new UserError(
      `${path} cannot be read: ${(error as Error).message}. Is ${folder} a run folder?`,
    );
  }
}
