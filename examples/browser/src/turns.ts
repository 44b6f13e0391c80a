/** Does one work after the other, also for a reader who is faster than the worker. */
export interface Turns {
  take(work: () => Promise<void>): void;
  /** Ends when all that was taken has ended. */
  done(): Promise<void>;
}

/** Turns whose errors are told to `say`; the next work begins after an error too. */
export function createTurns(say: (error: unknown) => void): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    take(work) {
      last = last.then(work).catch(say);
    },
    done: () => last,
  };
}
