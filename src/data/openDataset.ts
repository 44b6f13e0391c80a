import type { DataType } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { show } from '../internal/checks.ts';
import { type ClassLabels, readClassLabels } from './classLabels.ts';
import type { Dataset, UnlabeledDataset } from './dataset.ts';
import { type BatchSource, checkExamples, exampleSource } from './exampleSource.ts';
import { isLazy, type LazyDataset } from './lazyDataset.ts';
import { lazySource } from './lazySource.ts';

/** The input of a network: the shape of one example, null where any size goes, and the type of its numbers. */
export interface InputSpec {
  readonly input: readonly (number | null)[];
  readonly inputDtype: DataType;
}

/** A data set past all checks. */
export interface OpenDataset {
  readonly source: BatchSource;
  readonly labels: Int32Array;
}

/**
 * Opens and checks a data set for a network. With `unlabeled`, examples may come without labels: each is then a class of
 * its own. Examples of a lazy data set are checked when they are read.
 *
 * @throws MetricLearningError if shapes and labels do not fit, or an example cannot be learned from.
 */
export async function openDataset(
  where: string,
  { input, inputDtype }: InputSpec,
  data: Dataset | UnlabeledDataset | LazyDataset,
  unlabeled = false,
): Promise<OpenDataset> {
  checkRecord(where, 'data', data, '{ examples, labels }');
  const labelsOf = ({ count }: BatchSource): Int32Array =>
    unlabeled && data.labels === undefined
      ? Int32Array.from({ length: count }, (_, i) => i)
      : readClassLabels(where, data.labels as ClassLabels, count, 'example').ids;
  if (isLazy(data)) {
    const source = lazySource(where, data, input, inputDtype);
    return { source, labels: labelsOf(source) };
  }
  checkExamplesGiven(where, data);
  const source = exampleSource(where, data.examples, input, inputDtype);
  const labels = labelsOf(source);
  await checkExamples(where, data.examples, source, inputDtype);
  return { source, labels };
}

/** Throws if a record has no examples: other libraries call them otherwise. */
export function checkExamplesGiven(where: string, data: object): void {
  if ('examples' in data) return;
  const keys = Object.keys(data);
  throw new MetricLearningError({
    where,
    expected: 'a record { examples, labels }',
    got: keys.length === 0 ? show(data) : `one with ${keys.slice(0, 5).join(', ')}`,
  });
}
