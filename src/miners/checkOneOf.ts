import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';

/** Throws unless `value` is one of the words. */
export function checkOneOf<Word extends string>(
  where: string,
  name: string,
  value: Word,
  words: readonly Word[],
): void {
  if (words.includes(value)) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to be one of ${words.join(', ')}`,
    got: show(value),
  });
}
