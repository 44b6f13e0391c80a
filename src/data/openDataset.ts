import type { DataType } from '@tensorflow/tfjs-core';
import { checkRecord } from '../internal/checkRecord.ts';
import type { Dataset, UnlabeledDataset } from './dataset.ts';
import { checkExamples, type ExampleSource, exampleSource } from './exampleSource.ts';
import { type Labels, toLabels } from './labels.ts';

/** The input of a network: the shape of one example, null where any size goes, and the type of its numbers. */
export interface InputSpec {
  readonly input: readonly (number | null)[];
  readonly inputDtype: DataType;
}

/** A data set past all checks. */
export interface OpenDataset {
  readonly source: ExampleSource;
  readonly labels: Int32Array;
}

/**
 * Opens and checks a data set for a network. With `unlabeled`, examples may come without labels: each is then a class of
 * its own.
 *
 * @throws MetricLearningError if shapes and labels do not fit, or an example cannot be learned from.
 */
export async function openDataset(
  where: string,
  { input, inputDtype }: InputSpec,
  data: Dataset | UnlabeledDataset,
  unlabeled = false,
): Promise<OpenDataset> {
  checkRecord(where, 'data', data, '{ examples, labels }');
  const source = exampleSource(where, data.examples, input, inputDtype);
  const labels =
    unlabeled && data.labels === undefined
      ? Int32Array.from({ length: source.count }, (_, i) => i)
      : toLabels(where, data.labels as Labels, source.count, 'example');
  await checkExamples(where, data.examples, source, inputDtype);
  return { source, labels };
}
