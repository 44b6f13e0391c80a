import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Lets asynchronous work be done in the order in which it was asked for, one piece after the other. */
export interface Queue {
  /** @throws MetricLearningError if the queue was closed before the turn of the work. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses what has not begun, and calls `end` when the piece at hand is done: now, if there is none. */
  close(end: () => void): void;
}

/** `what` is what errors call the thing that has the queue. */
export function createQueue(what: string): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closed = false;
  let atEnd: (() => void) | undefined;

  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (closed) {
        throw new MetricLearningError({
          where: what,
          expected: `an ${what} in use`,
          got: 'one that was disposed',
        });
      }
      return await work();
    } finally {
      waiting--;
      if (waiting === 0) atEnd?.();
    }
  };

  return {
    inTurn(work) {
      waiting++;
      const result = last.then(() => run(work));
      last = result.catch(() => undefined); // whoever asked for it gets the error
      return result;
    },
    close(end) {
      if (closed) return;
      closed = true;
      if (waiting === 0) end();
      else atEnd = end;
    },
  };
}
