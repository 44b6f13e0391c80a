import { MetricLearningError } from '../errors/metricLearningError.ts';
import { nodeModule } from '../internal/nodeModules.ts';
import type { CheckpointStore } from '../training/checkpoints/checkpointStore.ts';
import { checkPath } from './checkPath.ts';
import { writeWhole } from './writeWhole.ts';

const pattern = /^checkpoint-(\d+)\.bin$/;

/**
 * A folder as the store of checkpoints for `fit`, in Node. The folder is made when the first checkpoint is written.
 *
 * @throws MetricLearningError if the path is not a string; at use, if the folder cannot be read or written.
 * @example
 * await model.fit(data, { epochs: 10, checkpoint: { store: checkpointFolder('./checkpoints') } });
 */
export function checkpointFolder(folder: string): CheckpointStore {
  checkPath('checkpointFolder', 'the folder', folder);
  const { mkdir, readdir, readFile, rm } = nodeModule('checkpointFolder', 'node:fs/promises');
  const { join } = nodeModule('checkpointFolder', 'node:path');
  const file = (number: number): string => join(folder, `checkpoint-${number}.bin`);

  const attempt = async <T>(action: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new MetricLearningError(
        {
          where: 'checkpointFolder',
          expected: `to ${action} the folder ${folder}`,
          got: error instanceof Error ? error.message : String(error),
        },
        { cause: error },
      );
    }
  };

  const write = (number: number, bytes: Uint8Array | readonly Uint8Array[]): Promise<void> =>
    attempt('write into', async () => {
      await mkdir(folder, { recursive: true });
      await writeWhole(file(number), bytes);
    });

  return {
    write,
    writeParts: write,
    list: () =>
      attempt('list', async () => {
        const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') return [];
          throw error;
        });
        return names.flatMap((name) => pattern.exec(name)?.slice(1).map(Number) ?? []);
      }),
    read: (number) => attempt('read from', () => readFile(file(number))),
    remove: (number) => attempt('remove from', () => rm(file(number), { force: true })),
  };
}
