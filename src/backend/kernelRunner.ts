import { type Kernel, type Kernels, type Places, runChunk } from './threads/job.ts';
import { chunkLimit } from './threads/jobBoard.ts';
import { ThreadPool } from './threads/threadPool.ts';
import { kernelParameters } from './wasmModule.ts';

type KernelName = keyof typeof kernelParameters;

/** Parameters that the runner fills in: a chunk's bounds and number, and the number of the thread that runs it. */
type Filled = 'from' | 'to' | 'chunk' | 'thread';

/** What a kernel is called with, by name: pointers in bytes, sizes as its source says. */
export type KernelArguments<Name extends KernelName> = {
  readonly [Parameter in Exclude<(typeof kernelParameters)[Name][number], Filled>]: number;
};

/** How much a kernel has to do, and how it may be split. */
export interface Work {
  /** Units of work: what the kernel's source says its `from` and `to` count. */
  readonly count: number;
  /** The fewest units that are worth a thread of their own; chunks begin at multiples of it. Default 1. */
  readonly grain?: number;
  /**
   * The number of chunks, where the outcome depends on it (partial sums): it must come from the shapes alone, so that
   * any number of threads gives the same bits. Default: as many as keep the threads busy.
   */
  readonly chunks?: number;
}

/** Calls kernels, alone or on several threads. */
export interface KernelRunner {
  readonly threads: number;
  run<Name extends KernelName>(name: Name, args: KernelArguments<Name>, work: Work): void;
  /** Settles when all threads take part. */
  ready(): Promise<void>;
  /** Ends the threads. */
  dispose(): void;
}

const names = Object.keys(kernelParameters) as KernelName[];
const signatures = Object.fromEntries(names.map((name, kernel) => [name, signature(name, kernel)]));

export function kernelRunner(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  threads: number,
): KernelRunner {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = instance.exports as unknown as Kernels;
  const pool =
    threads > 1 ? new ThreadPool({ module, memory, kernels, names, threads }) : undefined;
  return {
    get threads() {
      return pool?.threads ?? 1;
    },

    run(name, args, { count, grain = 1, chunks: fixed }) {
      if (count === 0) return;
      const { kernel, parameters, places } = signatures[name] as Signature;
      const given: number[] = [];
      for (const parameter of parameters) given.push(args[parameter as keyof typeof args] ?? 0);
      const chunks = fixed ?? chunksFor(Math.ceil(count / grain), pool?.threads ?? 1);
      const split = { count, grain, chunks };
      if (pool && chunks > 1) {
        pool.run({ kernel, places, args: given, ...split });
        return;
      }
      for (let chunk = 0; chunk < chunks; chunk++) {
        runChunk(kernels[name] as Kernel, given, places, split, chunk, 0);
      }
    },

    ready: async () => pool?.ready(),
    dispose: () => pool?.dispose(),
  };
}

interface Signature {
  readonly kernel: number;
  readonly parameters: readonly string[];
  readonly places: Places;
}

function signature(name: KernelName, kernel: number): Signature {
  const parameters: readonly string[] = kernelParameters[name];
  const [from, to, chunk, thread] = ['from', 'to', 'chunk', 'thread'].map((filled) =>
    parameters.indexOf(filled),
  ) as [number, number, number, number];
  return { kernel, parameters, places: { from, to, chunk, thread } };
}

/** Several chunks a thread, so that none waits long for the others. */
function chunksFor(units: number, threads: number): number {
  return threads === 1 ? 1 : Math.min(units, 4 * threads, chunkLimit - 1);
}
