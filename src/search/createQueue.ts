import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Runs asynchronous work one piece after the other, in the order of the calls. */
export interface Queue {
  /** @throws MetricLearningError if the queue was closed before the turn of the work. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses all work that has not begun. Calls `end` when the work that runs is done, or at once if none runs. */
  close(end: () => void): void;
}

/** `what` names the owner of the queue in errors. */
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
      last = result.catch(() => undefined); // the caller of the work gets the error
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
