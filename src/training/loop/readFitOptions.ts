import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkFunction } from '../../internal/checkFunction.ts';
import { type OptionValues, readOptions } from '../../internal/readOptions.ts';
import { createMomentumEncoderOptions } from '../../networks/createMomentumEncoder.ts';
import { checkSampler } from '../../samplers/checkSampler.ts';
import { fitHardNegativesOptions } from './hardNegatives.ts';
import { type FitOptions, fitOptions } from './trainOptions.ts';

/** The options of `fit`, checked, with their defaults. */
export type FitSettings = OptionValues<typeof fitOptions>;

/** Reads the options of `fit`; throws for options that do not go together, before any data are read. */
export function readFitOptions(where: string, options: FitOptions): FitSettings {
  const settings = readOptions(where, fitOptions, options);
  const { sampler, validationSampler, views, augment, validation, validationMetrics } = settings;
  const { momentumEncoder, hardNegatives } = settings;
  if (hardNegatives !== undefined) {
    const place = `${where} (hardNegatives)`;
    readOptions(place, fitHardNegativesOptions, hardNegatives);
    if (views === 2) {
      throw new MetricLearningError({
        where: place,
        expected: 'one view of each example',
        got: 'views: 2',
        fix: 'crossBatchMemory has many negatives for losses over views.',
      });
    }
  }
  checkSampler(where, sampler, views === 2 ? ['batches'] : undefined);
  checkSampler(`${where} (validation)`, validationSampler);
  if (views === 2 && augment === undefined) {
    throw new MetricLearningError({
      where,
      expected: 'augment for views: 2, which makes the two views of an example differ',
      got: 'none',
      fix: 'Pass augment: (examples, random) => examples, e.g. shiftImages(2).',
    });
  }
  if (momentumEncoder !== undefined) {
    readOptions(`${where} (momentumEncoder)`, createMomentumEncoderOptions, momentumEncoder);
    if (views !== 2) {
      throw new MetricLearningError({
        where,
        expected: 'views: 2 for momentumEncoder, which embeds the second views',
        got: `views: ${views}`,
      });
    }
  }
  if (validation === undefined) {
    refuseWithout(where, 'validationMetrics', validationMetrics);
    refuseWithout(where, 'validationSampler', validationSampler);
  }
  for (const [name, metric] of Object.entries(validationMetrics ?? {})) {
    const like = '(embeddings, labels) => number';
    checkFunction(where, `validationMetrics.${name}`, metric, like);
  }
  return settings;
}

function refuseWithout(where: string, name: string, value: unknown): void {
  if (value === undefined) return;
  throw new MetricLearningError({
    where,
    expected: `validation, the held-out examples for ${name}`,
    got: `${name} without validation`,
    fix: 'Pass validation: { examples, labels }.',
  });
}
