const pause = 100; // milliseconds between two calls

/** Work that is asked for more often than it is worth doing: it is done at most ten times a second, the last time for sure. */
export interface Seldom {
  (): void;
  /** Does it at once. */
  now(): void;
}

export function seldom(work: () => void): Seldom {
  let planned: ReturnType<typeof setTimeout> | undefined;
  const now = (): void => {
    clearTimeout(planned);
    planned = undefined;
    work();
  };
  const ask = (): void => {
    planned ??= setTimeout(now, pause);
  };
  return Object.assign(ask, { now });
}
