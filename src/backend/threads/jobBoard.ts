import type { Job } from './job.ts';

/**
 * What the threads share: one job at a time, written by the main thread, whose chunks all threads take.
 *
 * TICKET holds the job's number and how many of its chunks are still to be taken. A thread takes one by lowering it
 * with compareExchange, which fails if the ticket is of another job by then. The main thread writes a new job only
 * when all chunks of the old one are done, so what a thread reads after taking a chunk belongs to it.
 */
export interface JobBoard {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** The kernel's arguments. */
  readonly args: Float64Array<SharedArrayBuffer>;
}

/** The places of `words`. */
export const TICKET = 0;
/** Chunks of the job that are done. */
export const DONE = 1;
/** Threads that sleep until there is a new ticket. */
export const SLEEPERS = 2;
/** 1 where the main thread sleeps until the job is done. */
export const AWAITED = 3;
/** 1 where a kernel threw in a worker. */
export const FAILED = 4;
/** 1 where the workers are to end. */
export const STOP = 5;
/** From here on the job itself, in the order of `writeJob`. */
const JOB = 8;
/** Of each chunk, the number of the last job it was done in. */
const CHUNK_JOBS = 24;

/** More chunks than a job may have. */
export const chunkLimit = 128;
const argumentLimit = 32;
const ticketBits = 8;
const jobNumbers = 1 << 22;

export function createJobBoard(): JobBoard {
  return {
    words: new Int32Array(new SharedArrayBuffer(4 * (CHUNK_JOBS + chunkLimit))),
    args: new Float64Array(new SharedArrayBuffer(8 * argumentLimit)),
  };
}

/** Puts up a job; with it, its chunks can be taken. */
export function postJob({ words, args }: JobBoard, job: Job): void {
  const { kernel, places, count, grain, chunks } = job;
  args.set(job.args);
  words.set(
    [
      kernel,
      job.args.length,
      places.from,
      places.to,
      places.chunk,
      places.thread,
      count,
      grain,
      chunks,
    ],
    JOB,
  );
  words[DONE] = 0;
  const next = (jobNumber(words) + 1) % jobNumbers;
  Atomics.store(words, TICKET, (next << ticketBits) | chunks);
}

/** The job on the board. */
export function readJob({ words, args }: JobBoard): Job {
  const at = (place: number): number => words[JOB + place]!;
  return {
    kernel: at(0),
    args: Array.from(args.subarray(0, at(1))),
    places: { from: at(2), to: at(3), chunk: at(4), thread: at(5) },
    count: at(6),
    grain: at(7),
    chunks: at(8),
  };
}

/** Takes a chunk of the job: its number, or -1 where none is left. */
export function takeChunk(words: Int32Array): number {
  for (;;) {
    const ticket = Atomics.load(words, TICKET);
    const left = ticket & ((1 << ticketBits) - 1);
    if (left === 0) return -1;
    if (Atomics.compareExchange(words, TICKET, ticket, ticket - 1) === ticket) return left - 1;
  }
}

/** Notes that a chunk is done. */
export function markDone(words: Int32Array, chunk: number): void {
  Atomics.store(words, CHUNK_JOBS + chunk, jobNumber(words));
  Atomics.add(words, DONE, 1);
}

export function isDone(words: Int32Array, chunk: number): boolean {
  return Atomics.load(words, CHUNK_JOBS + chunk) === jobNumber(words);
}

function jobNumber(words: Int32Array): number {
  return Atomics.load(words, TICKET) >> ticketBits;
}
