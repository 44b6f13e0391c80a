import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { show } from '../internal/checks.ts';
import type { Random } from '../random/createRandom.ts';

/** Throws unless a sampler is given class ids, one for each example, and random numbers. */
export function checkDraw(where: string, labels: Int32Array, random: Random): void {
  checkClassIds(where, labels);
  checkPart(where, 'random', random, 'integer');
}

/** Throws unless labels are an array. */
export function checkClassIds(where: string, labels: Int32Array): void {
  if (ArrayBuffer.isView(labels) || Array.isArray(labels)) return;
  throw new MetricLearningError({
    where,
    expected: 'labels to be the class ids of the examples, an Int32Array',
    got: show(labels),
  });
}
