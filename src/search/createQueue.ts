import { MetricLearningError } from '../errors/metricLearningError.ts';

/** Runs asynchronous work one piece after the other, in the order of the calls. */
export interface Queue {
  /** @throws MetricLearningError if the queue was closed before the turn of the work. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Refuses all work that has not begun. Calls `end` when the work that runs is done, or at once if none runs. */
  dispose(end: () => void): void;
  /** Refuses all work that comes after this call, and calls `end` when all work from before is done. */
  close(end: () => void): Promise<void>;
}

/** `what` names the owner of the queue in errors. */
export function createQueue(what: string): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let closing: Promise<void> | undefined;
  let disposed = false;
  let atEnd: (() => void) | undefined;

  const refuse = (): never => {
    throw new MetricLearningError({
      where: what,
      expected: `an ${what} in use`,
      got: disposed ? 'one that was disposed' : 'one that was closed',
    });
  };
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (disposed) refuse();
      return await work();
    } finally {
      waiting--;
      if (waiting === 0) atEnd?.();
    }
  };
  const dispose = (end: () => void): void => {
    if (disposed) return;
    disposed = true;
    if (waiting === 0) end();
    else atEnd = end;
  };

  return {
    async inTurn(work) {
      if (closing) refuse();
      waiting++;
      const result = last.then(() => run(work));
      last = result.catch(() => undefined); // the caller of the work gets the error
      return result;
    },
    dispose,
    close(end) {
      closing ??= last.then(() => dispose(end));
      return closing;
    },
  };
}
