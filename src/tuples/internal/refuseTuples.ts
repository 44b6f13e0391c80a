import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** Throws if options are tuples, or a reference set, that were passed without their name; `call` shows the right call. */
export function refuseTuples(where: string, options: object, call: string): void {
  if (typeof options !== 'object' || options === null) return;
  const got =
    'anchor' in options || 'positiveAnchor' in options
      ? 'tuples'
      : 'embeddings' in options
        ? 'a reference set'
        : undefined;
  if (got === undefined) return;
  throw new MetricLearningError({
    where,
    expected: 'options as the third argument, each with its name',
    got: `${got} without a name`,
    fix: `Call ${call}.`,
  });
}
