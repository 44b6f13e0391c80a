#!/usr/bin/env node
import cluster, { type Worker as Child } from 'node:cluster';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { MetricLearningError } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { writeWhole } from 'tfjs-metric-learning/node';
import { type Flags, help, readFlags } from './flags.ts';
import { createListener } from './listener.ts';
import { trainBundle } from './trainBundle.ts';
import { startWorker } from './worker.ts';

/** What the processes say to each other. */
type Message =
  | { readonly kind: 'ready' | 'taken' | 'reload' | 'connection' | 'ending' | 'close' }
  | { readonly kind: 'reloaded'; readonly error?: string };

/** The first process: it starts those that answer, a new one for each that dies, gives them the connections, and passes signals on. */
async function lead(flags: Flags): Promise<void> {
  mkdirSync(flags.data, { recursive: true });
  const bundle = flags.bundle ?? (await ownBundle(flags));
  const listener = createListener();
  let ending = false;

  const start = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const env = { SERVICE_WORKER: `${number}`, SERVICE_BUNDLE: bundle };
      const child: Child = cluster.fork(env);
      let ready = false;
      child.on('message', (message: Message) => {
        if (message.kind === 'ready') {
          ready = true;
          listener.join(child);
          resolve();
        } else if (message.kind === 'taken') {
          listener.taken(child);
        } else if (message.kind === 'reloaded') {
          const { error } = message;
          console.log(
            `Worker ${number} ${error ? `keeps its bundle: ${error}` : 'has loaded the bundle again'}`,
          );
        }
      });
      child.on('exit', (code, signal) => {
        listener.leave(child);
        if (ending) return;
        if (!ready) {
          reject(new Error(`worker ${number} did not start`));
          return;
        }
        console.log(`Worker ${number} ended (${signal ?? code}) and is started again`);
        start(number).catch(giveUp);
      });
    });
  const giveUp = (): void => {
    process.exitCode = 1;
    void end();
  };
  const tellAll = (kind: Message['kind']): void => {
    for (const child of Object.values(cluster.workers ?? {})) {
      if (child?.isConnected()) child.send({ kind });
    }
  };
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    tellAll('ending');
    await listener.close();
    tellAll('close'); // comes after the connections
  };

  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
  process.on('SIGHUP', () => tellAll('reload'));
  try {
    for (let number = 1; number <= flags.workers; number++) await start(number);
    await listener.listen(flags.port, flags.host);
  } catch (error) {
    if (error instanceof MetricLearningError) process.stderr.write(`${error.message}\n`);
    giveUp();
    return;
  }
  console.log(`Listening on http://${flags.host}:${listener.port}, workers: ${flags.workers}`);
}

/** The bundle that the first start trains. */
async function ownBundle({ data, limit }: Flags): Promise<string> {
  const path = join(data, 'bundle.safetensors');
  if (existsSync(path)) return path;
  await registerSimdBackend();
  await setBackend('simd');
  console.log(`Training on ${limit} images of MNIST`);
  await writeWhole(path, await trainBundle(limit));
  return path;
}

/** One of the processes that answer. */
async function work(flags: Flags): Promise<void> {
  const { SERVICE_BUNDLE, SERVICE_WORKER } = process.env;
  const tell = (message: Message): void => {
    if (process.connected) process.send?.(message);
  };
  const worker = await startWorker(flags, SERVICE_BUNDLE as string, Number(SERVICE_WORKER));
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    const cut = await worker.close();
    if (cut > 0) {
      console.log(`Worker ${SERVICE_WORKER} cut connections after ${flags.end} s: ${cut}`);
    }
    process.exit(0);
  };
  process.on('SIGTERM', () => undefined); // the first process says when to end
  process.on('SIGINT', () => undefined);
  process.on('SIGHUP', () => undefined);
  process.on('disconnect', () => void end()); // the first process is gone
  process.on('message', ({ kind }: Message, socket?: Socket) => {
    if (kind === 'connection') {
      tell({ kind: 'taken' });
      if (socket) worker.take(socket); // undefined if the client is gone
    } else if (kind === 'ending') worker.announceEnd();
    else if (kind === 'close') void end();
    if (kind !== 'reload') return;
    worker.reload().then(
      () => tell({ kind: 'reloaded' }),
      (error: Error) => tell({ kind: 'reloaded', error: error.message }),
    );
  });
  tell({ kind: 'ready' });
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

try {
  const flags = readFlags(process.argv.slice(2));
  if (flags === 'help') console.log(help);
  else if (flags === 'version') console.log(readVersion());
  else if (cluster.isPrimary) await lead(flags);
  else await work(flags);
} catch (error) {
  if (!(error instanceof MetricLearningError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
