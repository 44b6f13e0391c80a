import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { MetricLearningError } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import type { Flags } from './flags.ts';
import { openItemStore } from './itemStore.ts';
import { loadModel } from './model.ts';
import { createServer } from './server.ts';

/** Milliseconds until a process sees what another one wrote. */
const syncEvery = 100;

/** Milliseconds in which requests that are on their way are answered still, before the service closes its port. */
const grace = 500;

/** One of the processes that answer requests. */
export interface Worker {
  /** Loads the bundle again; requests that run end with the model that they began with. */
  reload(): Promise<void>;
  /** Answers the requests that have begun, and stops. */
  close(): Promise<void>;
}

export async function startWorker(flags: Flags, bundle: string, number: number): Promise<Worker> {
  await registerSimdBackend({ threads: 1 });
  await setBackend('simd');
  let model = await loadModel(bundle);
  const { dims, distance } = model;
  const folder = join(flags.data, 'items.lance');
  const store = await openItemStore({ folder, dims, distance, tidies: number === 1 });
  const { body, rate } = flags;
  let ending = false;
  const server = createServer({
    store,
    model: () => model,
    ending: () => ending,
    name: `${number}`,
    body,
    rate,
  });
  await server.listen({ port: flags.port, host: flags.host });

  let ended = false;
  const syncing = (async () => {
    while (!ended) {
      await new Promise((resolve) => setTimeout(resolve, syncEvery));
      await store.sync().catch((error: Error) => {
        process.stderr.write(`items were not read: ${error.message}\n`);
      });
    }
  })();
  return {
    async reload() {
      const next = await loadModel(bundle);
      if (next.dims !== dims || next.width !== model.width) {
        next.retire();
        throw new MetricLearningError({
          where: 'service',
          expected: `a bundle of ${model.width} inputs and ${dims} dims, as before`,
          got: `${next.width} inputs and ${next.dims} dims`,
        });
      }
      const before = model;
      model = next;
      before.retire();
    },
    async close() {
      ending = true;
      await new Promise((resolve) => setTimeout(resolve, grace));
      await server.close();
      ended = true;
      await syncing;
      await store.close();
    },
  };
}
