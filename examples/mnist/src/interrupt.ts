/** Ctrl-C (SIGINT) or SIGTERM: the first asks training to end after its step, a second one ends the program at once. */
export interface Interrupt {
  /** Aborted by the first. */
  readonly signal: AbortSignal;
  /** Training is over: from now on the first one ends the program at once, with these last words. */
  lastWords(text: string): void;
}

const exitCode = 130; // as shells have it for SIGINT

export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  let words: string | undefined;
  const stop = (): void => {
    if (words !== undefined) console.log(`\n${words}`);
    if (words !== undefined || controller.signal.aborted) process.exit(exitCode);
    console.log('\nStopping after this step; Ctrl-C again to leave at once.');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    lastWords(text) {
      words = text;
    },
  };
}
