/** How many more events may be sent before the page has read some. */
export interface Credit {
  /** One more. */
  add(): void;
  /** As many as there will be. */
  lift(): void;
  /** Settles when one may be sent, and counts it. */
  spend(): Promise<void>;
}

export function createCredit(start: number): Credit {
  let left = start;
  let wake: (() => void) | undefined;
  const grow = (by: number): void => {
    left += by;
    wake?.();
    wake = undefined;
  };
  return {
    add: () => grow(1),
    lift: () => grow(Infinity),
    async spend() {
      while (left <= 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      left--;
    },
  };
}
