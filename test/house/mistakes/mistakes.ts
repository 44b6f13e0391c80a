import { expect, test } from 'vitest';
import { MetricLearningError } from '../../../src/errors/metricLearningError.ts';

/**
 * A wrong call, and what its error must say: the thing that is wrong, what was given, and what to do, as words or
 * patterns of the error's text.
 */
export type Mistake = readonly [
  what: string,
  call: () => unknown,
  ...says: readonly (string | RegExp)[],
];

/** Tests that each wrong call is answered by a MetricLearningError that says what it must, and by nothing else. */
export function answerMistakes(mistakes: readonly Mistake[]): void {
  test.each(mistakes.map(([what, call, ...says]) => ({ what, call, says })))(
    '$what',
    async ({ call, says }) => {
      let answer: unknown;
      try {
        answer = await call();
      } catch (error) {
        answer = error;
      }
      expect(answer, 'no error was thrown').toBeInstanceOf(Error);
      const { message } = answer as Error;
      expect(answer, `a bare error: ${answer}`).toBeInstanceOf(MetricLearningError);
      for (const part of says) {
        if (typeof part === 'string') expect(message).toContain(part);
        else expect(message).toMatch(part);
      }
    },
  );
}
