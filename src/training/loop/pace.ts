import { yieldToEvents } from '../../internal/yieldToEvents.ts';

/** Keeps time over a run's steps, and lets waiting events run between them. */
export interface Pace {
  /** Call it after each step. */
  step(): Promise<void>;
  stepsPerSecond(): number;
}

const eventsEvery = 40; // ms: keys, repaints and Ctrl-C feel immediate, and yielding costs nothing

export function createPace(now: () => number): Pace {
  const started = now();
  let yielded = started;
  let steps = 0;
  return {
    async step() {
      steps++;
      if (now() - yielded <= eventsEvery) return;
      await yieldToEvents();
      yielded = now();
    },
    stepsPerSecond: () => (1000 * steps) / (now() - started),
  };
}
