import type { Kernels } from './job.ts';
import type { JobBoard } from './jobBoard.ts';
import { workLoop } from './workLoop.ts';

// The whole program of a worker thread; scripts/buildKernels.mjs bundles it into a string.

/** What a worker thread is started with. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly names: readonly string[];
  readonly board: JobBoard;
  /** From 1; the main thread is 0. */
  readonly thread: number;
}

function work({ module, memory, names, board, thread }: WorkerSetup): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  workLoop(exports as unknown as Kernels, names, board, thread);
}

const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
if (node) {
  node.parentPort?.postMessage('ready');
  work(node.workerData as WorkerSetup);
} else {
  globalThis.onmessage = ({ data }: MessageEvent<WorkerSetup>) => {
    globalThis.postMessage('ready');
    // In a task of its own, so that the message leaves before this thread blocks.
    setTimeout(() => work(data));
  };
}
