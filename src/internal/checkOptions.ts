import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from './checkRecord.ts';
import { didYouMean } from './didYouMean.ts';

/** Throws unless options are a record with no names but these: one that is not known would be without effect. */
export function checkOptions<O extends object>(
  where: string,
  options: O,
  names: readonly (keyof O & string)[],
): void {
  checkRecord(where, 'options', options, `{ ${names.slice(0, 2).join(', ')} }`);
  const unknown = Object.keys(options).find((name) => !names.includes(name as never));
  if (unknown === undefined) return;
  const meant = didYouMean(unknown, names);
  throw new MetricLearningError({
    where,
    expected: `no options but ${names.join(', ')}`,
    got: unknown,
    ...(meant !== undefined && { fix: `It is called ${meant}.` }),
  });
}
