import { joinEmbeddings } from '../../data/joinEmbeddings.ts';
import type { SharedNetwork } from './session.ts';
import type { SentExamples, TrainingConnection } from './trainingConnection.ts';

/**
 * Several workers as one: the first one trains and keeps the index, and all of them embed. The others get the network
 * when they are first asked after it has changed; while it is being trained, the first one embeds alone.
 */
export function connectPool<Settings>(
  connections: readonly TrainingConnection<Settings>[],
): TrainingConnection<Settings> {
  const [first, ...others] = connections as [
    TrainingConnection<Settings>,
    ...TrainingConnection<Settings>[],
  ];
  let training = 0;
  /** Values of one example, once all workers have the network at hand; undefined after it has changed. */
  let shared: Promise<number | undefined> | undefined;
  const share = async (): Promise<number | undefined> => {
    const { bytes, exampleSize } = await first.call<SharedNetwork>('shareNetwork');
    if (exampleSize !== undefined) await Promise.all(others.map((one) => one.open(bytes)));
    return exampleSize;
  };

  return {
    ...first,
    async *train(settings, options) {
      training++;
      try {
        return yield* first.train(settings, options);
      } finally {
        training--;
        shared = undefined;
      }
    },
    open(bytes) {
      shared = undefined;
      return first.open(bytes);
    },
    async embed(examples) {
      if (training > 0 || !ArrayBuffer.isView(examples)) return first.embed(examples);
      if (!shared) {
        shared = share();
        shared.catch(() => {
          shared = undefined;
        });
      }
      const size = await shared;
      const count = size === undefined ? 0 : examples.length / size;
      const workers = Math.min(connections.length, count);
      if (training > 0 || !Number.isInteger(count) || workers < 2) return first.embed(examples);
      const parts = connections.slice(0, workers).map((one, i) => {
        const [start, end] = [i, i + 1].map((at) => Math.floor((at * count) / workers) * size!);
        return one.embed(examples.slice(start, end) as SentExamples);
      });
      return joinEmbeddings(await Promise.all(parts));
    },
    close() {
      for (const one of connections) one.close();
    },
  };
}
