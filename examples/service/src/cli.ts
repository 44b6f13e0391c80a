#!/usr/bin/env node
import cluster, { type Worker as Child } from 'node:cluster';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { MetricLearningError } from 'tfjs-metric-learning';
import { registerSimdBackend } from 'tfjs-metric-learning/backend';
import { writeWhole } from 'tfjs-metric-learning/node';
import { type Flags, help, readFlags } from './flags.ts';
import { trainBundle } from './trainBundle.ts';
import { startWorker } from './worker.ts';

/** What the processes say to each other. */
type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reloaded'; readonly error?: string }
  | { readonly kind: 'reload' };

/** The first process: it starts those that answer, starts a new one for each that dies, and passes signals on. */
async function lead(flags: Flags): Promise<void> {
  mkdirSync(flags.data, { recursive: true });
  const bundle = flags.bundle ?? (await ownBundle(flags));
  const port = flags.port === 0 ? await freePort(flags.host) : flags.port;
  let ending = false;

  const start = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const env = { SERVICE_WORKER: `${number}`, SERVICE_BUNDLE: bundle, SERVICE_PORT: `${port}` };
      const child: Child = cluster.fork(env);
      let ready = false;
      child.on('message', (message: Message) => {
        if (message.kind === 'ready') {
          ready = true;
          resolve();
        } else if (message.kind === 'reloaded') {
          const { error } = message;
          console.log(
            `Worker ${number} ${error ? `keeps its bundle: ${error}` : 'has loaded the bundle again'}`,
          );
        }
      });
      child.on('exit', (code, signal) => {
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
    end();
  };
  const end = (): void => {
    ending = true;
    for (const child of Object.values(cluster.workers ?? {})) child?.process.kill('SIGTERM');
  };

  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', () => {
    for (const child of Object.values(cluster.workers ?? {})) child?.send({ kind: 'reload' });
  });
  try {
    for (let number = 1; number <= flags.workers; number++) await start(number);
  } catch {
    giveUp();
    return;
  }
  console.log(`Listening on http://${flags.host}:${port}, workers: ${flags.workers}`);
}

/** A port that no other program uses now: the workers share it, also after one was started again. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
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
  const { SERVICE_BUNDLE, SERVICE_PORT, SERVICE_WORKER } = process.env;
  const own = { ...flags, port: Number(SERVICE_PORT) };
  const tell = (message: Message): boolean | undefined => process.send?.(message);
  const worker = await startWorker(own, SERVICE_BUNDLE as string, Number(SERVICE_WORKER));
  let ending = false;
  const end = async (): Promise<void> => {
    if (ending) return;
    ending = true;
    await worker.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => undefined); // the first process passes it on
  process.on('SIGHUP', () => undefined);
  process.on('disconnect', () => void end()); // the first process is gone
  process.on('message', ({ kind }: Message) => {
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
