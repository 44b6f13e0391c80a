import { workerSource } from '../wasmModule.ts';
import type { WorkerSetup } from './worker.ts';

/** A worker thread of Node or of a browser. */
export interface WorkerHandle {
  /** Settles when the worker takes part in the work; rejects where it could not start. */
  readonly ready: Promise<void>;
  /** Settles when it has ended. A browser does not tell. */
  readonly ended?: Promise<void>;
  /** Ends it, wherever it is. */
  terminate(): void;
}

/** Starts a worker thread; it keeps no Node program running. Throws where workers are not allowed. */
export function startWorker(setup: WorkerSetup): WorkerHandle {
  const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  return node ? startInNode(node, setup) : startInBrowser(setup);
}

function startInNode(
  { Worker }: typeof import('node:worker_threads'),
  setup: WorkerSetup,
): WorkerHandle {
  const worker = new Worker(workerSource, {
    eval: true,
    name: 'simd backend',
    workerData: setup,
    execArgv: [],
    env: {},
  });
  const ready = new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the worker thread ended')));
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  const unref = (): void => worker.unref();
  ready.then(unref, unref);
  return { ready, ended, terminate: () => void worker.terminate() };
}

function startInBrowser(setup: WorkerSetup): WorkerHandle {
  const url = URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' }));
  const worker = new Worker(url, { name: 'simd backend' });
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = () => reject(new Error('the worker thread did not start'));
  });
  const release = (): void => URL.revokeObjectURL(url);
  ready.then(release, release);
  worker.postMessage(setup);
  return { ready, terminate: () => worker.terminate() };
}
