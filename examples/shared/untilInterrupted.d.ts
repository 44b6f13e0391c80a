/**
 * Does work that a signal can end early, such as training: the first Ctrl-C aborts the signal, and a second one ends the
 * program at once.
 */
export function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result>;
