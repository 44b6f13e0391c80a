import type { Socket } from 'node:net';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { MetricLearningError } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { createConnections } from './connections.ts';
import type { Flags } from './flags.ts';
import { openItemStore } from './itemStore.ts';
import { loadModel } from './model.ts';
import { createServer } from './server.ts';

/** Milliseconds until a process sees what another one wrote. */
const syncEvery = 100;

/** One of the processes that answer requests. */
export interface Worker {
  /** Loads the bundle again; requests that run end with the model that they began with. */
  reload(): Promise<void>;
  /** Takes a connection of a client. */
  take(socket: Socket): void;
  /** From now on each answer closes its connection. */
  announceEnd(): void;
  /** Answers the requests of all connections, and stops. Returns how many connections were cut. */
  close(): Promise<number>;
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
  await server.ready();
  const connections = createConnections(server.server);

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
    take: connections.add,
    announceEnd() {
      ending = true;
    },
    async close() {
      ending = true;
      const cut = await connections.close(flags.end * 1000);
      await server.close();
      ended = true;
      await syncing;
      await store.close();
      return cut;
    },
  };
}
