import { type Kernel, type Kernels, runChunk } from './job.ts';
import {
  AWAITED,
  DONE,
  FAILED,
  type JobBoard,
  markDone,
  readJob,
  SLEEPERS,
  STOP,
  TICKET,
  takeChunk,
} from './jobBoard.ts';

/** Looks at the ticket before a thread goes to sleep: some 0.2 ms, longer than most gaps between two kernels. */
const patience = 20_000;

/** A worker thread's life: takes chunks of job after job, and sleeps where there is none, until it is to stop. */
export function workLoop(
  kernels: Kernels,
  names: readonly string[],
  board: JobBoard,
  thread: number,
): void {
  const { words } = board;
  let idle = 0;
  while (Atomics.load(words, STOP) === 0) {
    const ticket = Atomics.load(words, TICKET);
    const chunk = takeChunk(words);
    if (chunk >= 0) {
      idle = 0;
      try {
        const { kernel, args, places, ...split } = readJob(board);
        runChunk(kernels[names[kernel] as string] as Kernel, args, places, split, chunk, thread);
      } catch {
        Atomics.store(words, FAILED, 1);
      }
      markDone(words, chunk);
      if (Atomics.load(words, AWAITED) === 1) Atomics.notify(words, DONE);
    } else if (++idle > patience) {
      idle = 0;
      Atomics.add(words, SLEEPERS, 1);
      Atomics.wait(words, TICKET, ticket);
      Atomics.sub(words, SLEEPERS, 1);
    }
  }
}
