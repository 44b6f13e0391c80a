import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptionalPart } from '../internal/checkPart.ts';
import { show } from '../internal/checks.ts';
import type { Sampler } from './sampler.ts';

/** Throws unless a sampler, where it is given, is of one of these kinds. */
export function checkSampler(
  where: string,
  sampler: Sampler | undefined,
  kinds: readonly Sampler['kind'][] = ['triplets', 'batches'],
): void {
  checkOptionalPart(where, 'sampler', sampler, 'sample');
  if (sampler === undefined || kinds.includes(sampler.kind)) return;
  throw new MetricLearningError({
    where,
    expected: `a sampler of ${kinds.join(' or ')}`,
    got: `a sampler of the kind ${show(sampler.kind)}`,
  });
}
