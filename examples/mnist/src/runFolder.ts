import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { History } from 'tfjs-metric-learning';
import { writeWhole } from 'tfjs-metric-learning/node';
import type { Config } from './config.ts';
import { UserError } from './userError.ts';

/** What a run was, kept beside its model. */
export interface RunCard {
  readonly config: Config;
  readonly engine: string;
  readonly trainingImages: number;
  readonly testImages: number;
  readonly history: History;
  readonly tripletAccuracy?: number;
  readonly precisionAt1?: number;
}

const cardFile = 'history.json';

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
export async function newestRun(out: string): Promise<string> {
  const names = await readdir(out).catch(() => []);
  const runs = await Promise.all(
    names.map(async (name) => {
      const folder = join(out, name);
      const saved = await stat(join(folder, 'model', 'model.json')).catch(() => undefined);
      return { folder, time: saved?.mtimeMs ?? -1 };
    }),
  );
  const newest = runs.filter(({ time }) => time >= 0).sort((a, b) => b.time - a.time)[0];
  if (newest === undefined) {
    throw new UserError(
      `no trained model in ${out}. Train one first (the train command), or name its folder with --run.`,
    );
  }
  return newest.folder;
}

export async function writeRunCard(folder: string, card: RunCard): Promise<void> {
  await writeWhole(join(folder, cardFile), `${JSON.stringify(card, null, 2)}\n`);
}

export async function readRunCard(folder: string): Promise<RunCard> {
  const path = join(folder, cardFile);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as RunCard;
  } catch (error) {
    throw new UserError(
      `${path} cannot be read: ${(error as Error).message}. Is ${folder} a run folder?`,
    );
  }
}
