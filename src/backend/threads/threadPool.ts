import { backend_util } from '@tensorflow/tfjs-core';
import { type Job, type Kernel, type Kernels, runChunk } from './job.ts';
import {
  AWAITED,
  createJobBoard,
  DONE,
  FAILED,
  isDone,
  type JobBoard,
  markDone,
  postJob,
  SLEEPERS,
  STOP,
  TICKET,
  takeChunk,
} from './jobBoard.ts';
import { type SharingMeter, sharingMeter } from './sharingMeter.ts';
import { startWorker, type WorkerHandle } from './startWorker.ts';

/** What the threads need to run kernels. */
export interface PoolSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly kernels: Kernels;
  /** The kernels' names: a job's kernel is a place in this list. */
  readonly names: readonly string[];
  /** Threads, this one included. */
  readonly threads: number;
  /**
   * Milliseconds without a finished chunk after which a worker counts as lost, or ten times what this thread took for
   * all of its own, if that is more. Default 10,000.
   */
  readonly patience?: number;
  /** How a worker is started. Default: startWorker. */
  readonly start?: typeof startWorker;
}

/** Chunks, of some 20 microseconds each or more, for which threads that sleep are woken. */
const worthWaking = 4;

/** Looks at a job before this thread goes to sleep until it is done. */
const spins = 20_000;

/**
 * Worker threads on the kernels' memory, and this thread, which works along: `run` is synchronous.
 *
 * A worker that comes up late is not waited for: its chunks are taken by the others. One that ends is told of between
 * two jobs; with a chunk in hand it is found out by the time it takes, and the chunk is run again here. The pool then
 * goes on with this thread alone.
 */
export class ThreadPool {
  readonly #setup: PoolSetup;
  readonly #board: JobBoard = createJobBoard();
  readonly #meter: SharingMeter = sharingMeter();
  #workers: WorkerHandle[] = [];

  constructor(setup: PoolSetup) {
    this.#setup = setup;
    const { module, memory, names, threads, start = startWorker } = setup;
    try {
      for (let thread = 1; thread < threads; thread++) {
        const worker = start({ module, memory, names, board: this.#board, thread });
        this.#workers.push(worker);
        worker.ended?.then(() => {
          if (this.#workers.includes(worker)) this.#goOnAlone('lost a worker thread');
        });
      }
    } catch (error) {
      this.#goOnAlone(`could not start its worker threads (${(error as Error).message})`);
    }
  }

  /** Threads in use, this one included. */
  get threads(): number {
    return 1 + this.#workers.length;
  }

  /** Settles when all workers take part, or are known not to. */
  async ready(): Promise<void> {
    try {
      await Promise.all(this.#workers.map((worker) => worker.ready));
    } catch (error) {
      if (this.#workers.length === 0) return; // disposed before they were up
      this.#goOnAlone(`could not start its worker threads (${(error as Error).message})`);
    }
  }

  /** Runs all chunks of a job. */
  run(job: Job): void {
    const { names, kernels } = this.#setup;
    const kernel = kernels[names[job.kernel] as string] as Kernel;
    const run = (chunk: number): void => runChunk(kernel, job.args, job.places, job, chunk, 0);
    const started = performance.now();
    if (!this.#shares(job, started)) {
      for (let chunk = 0; chunk < job.chunks; chunk++) run(chunk);
      return;
    }
    const { words } = this.#board;
    let failure: unknown;
    postJob(this.#board, job);
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, TICKET);
    let ownChunks = 0;
    for (let chunk = takeChunk(words); chunk >= 0; chunk = takeChunk(words)) {
      ownChunks++;
      try {
        run(chunk);
      } catch (error) {
        failure = error; // told when the others are done with the job
      }
      markDone(words, chunk);
    }
    const ownMs = performance.now() - started;
    if (!this.#othersDone(job.chunks, ownMs)) {
      this.#goOnAlone('lost a worker thread, and does its work again');
      for (let chunk = 0; chunk < job.chunks; chunk++) if (!isDone(words, chunk)) run(chunk);
    }
    const now = performance.now();
    this.#meter.note({ chunks: job.chunks, ownChunks, ownMs, ms: now - started }, now);
    if (Atomics.exchange(words, FAILED, 0) === 1) failure ??= new Error('in a worker thread');
    if (failure) {
      const kernel = names[job.kernel];
      throw new Error(`simd backend: kernel ${kernel} failed`, { cause: failure });
    }
  }

  /** Whether to share a job: not one that is done before a thread that sleeps would be awake. */
  #shares({ chunks }: Job, now: number): boolean {
    if (this.#workers.length === 0 || chunks === 1) return false;
    const isSmall = chunks < worthWaking;
    if (isSmall && Atomics.load(this.#board.words, SLEEPERS) === this.#workers.length) return false;
    return this.#meter.shares(now);
  }

  /** Ends the workers. */
  dispose(): void {
    Atomics.store(this.#board.words, STOP, 1);
    Atomics.notify(this.#board.words, TICKET);
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
  }

  /** Waits until all chunks are done; false where that takes too long for a worker that is alive. */
  #othersDone(chunks: number, own: number): boolean {
    const { words } = this.#board;
    for (let i = 0; i < spins; i++) if (Atomics.load(words, DONE) === chunks) return true;
    const patience = Math.max(this.#setup.patience ?? 10_000, 10 * own);
    let done = -1;
    let since = 0;
    Atomics.store(words, AWAITED, 1);
    for (;;) {
      const now = Atomics.load(words, DONE);
      if (now === chunks) break;
      if (now !== done) {
        done = now;
        since = performance.now();
      } else if (performance.now() - since > patience) break;
      pause(words, DONE, now, 100);
    }
    Atomics.store(words, AWAITED, 0);
    return Atomics.load(words, DONE) === chunks;
  }

  #goOnAlone(reason: string): void {
    this.dispose();
    // What was asked to end may still write for a moment.
    pause(this.#board.words, STOP, 1, 100);
    backend_util.warn(`The simd backend ${reason}. It goes on with one thread.`);
  }
}

/** Sleeps while `words[place]` is `value`, at most `ms`; a browser's main thread, which may not, does nothing. */
function pause(words: Int32Array, place: number, value: number, ms: number): void {
  try {
    Atomics.wait(words, place, value, ms);
  } catch {}
}
