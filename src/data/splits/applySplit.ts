import { gather, Tensor, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkList } from '../../internal/checkList.ts';
import { checkPart } from '../../internal/checkPart.ts';
import { checkRecord } from '../../internal/checkRecord.ts';
import { show } from '../../internal/checks.ts';
import type { ClassLabels } from '../classLabels.ts';
import type { Dataset, Examples } from '../dataset.ts';
import { isLazy, type LazyDataset } from '../lazyDataset.ts';
import type { Part, PartRecord, Split } from './split.ts';

/** Some examples of a data set: as the data set, without what is of the whole. */
export type Subset<Data extends Dataset | LazyDataset> = Data extends LazyDataset
  ? Pick<Data, Extract<keyof Data, keyof LazyDataset>>
  : Pick<Data, Extract<keyof Data, keyof Dataset>>;

/**
 * The parts of a data set by a split. Each carries the record of the split: `fit` puts it into its history, and a
 * checkpoint of another split is refused.
 *
 * A part of a lazy data set is lazy. Arrays are copied; a tensor of a part is the caller's to dispose.
 *
 * @throws MetricLearningError if the split is of another number of examples.
 * @example
 * const { train, validation, test } = applySplit(data, splitByClass(data.labels, { test: 0.3 }));
 * const history = await model.fit(train);
 * console.log(history.split); // { by: 'class', seed: 0, part: 'train', counts: .., checksum: .. }
 */
export function applySplit<Data extends Dataset | LazyDataset>(
  data: Data,
  split: Split,
): Record<Part, Subset<Data>> {
  const where = 'applySplit';
  checkRecord(where, 'data', data, '{ examples, labels }');
  checkRecord(where, 'split', split, 'what splitByClass returns');
  const count = data.labels?.length;
  const total = split.train?.length + split.validation?.length + split.test?.length;
  if (count !== total) {
    throw new MetricLearningError({
      where,
      expected: `a split of the ${count} examples of the data set`,
      got: Number.isNaN(total) ? show(split) : `a split of ${total}`,
    });
  }
  const of = (part: Part): Subset<Data> =>
    chosen(where, data, split[part], { ...split.record, part } as PartRecord);
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/**
 * Some examples of a data set, by their indices, in this order; the parts of a split are made with it.
 *
 * A lazy data set stays lazy. Arrays are copied; a tensor is the caller's to dispose.
 *
 * @throws MetricLearningError if an index is no index of the data set.
 * @example
 * const few = subset({ examples, labels }, [0, 5, 7]); // { examples, labels } of three examples
 */
export function subset<Data extends Dataset | LazyDataset>(
  data: Data,
  indices: ArrayLike<number>,
): Subset<Data> {
  checkRecord('subset', 'data', data, '{ examples, labels }');
  return chosen('subset', data, indices);
}

function chosen<Data extends Dataset | LazyDataset>(
  where: string,
  data: Data,
  indices: ArrayLike<number>,
  split?: PartRecord,
): Subset<Data> {
  const { labels, names, captions } = data;
  checkList(where, 'data.labels', labels, 'a label for each example');
  checkList(where, 'indices', indices, 'the places of examples');
  const count = labels.length;
  const at = Int32Array.from(indices);
  const wrong = Array.from(indices).findIndex((i) => !Number.isInteger(i) || i < 0 || i >= count);
  if (wrong >= 0) {
    throw new MetricLearningError({
      where,
      expected: `indices from 0 to ${count - 1}`,
      got: `${indices[wrong]} at index ${wrong}`,
    });
  }
  const record = split ?? data.split;
  const shared = {
    labels: labelsAt(labels, at),
    ...(names && { names }),
    ...(captions && { captions: Array.from(at, (i) => captions[i]!) }),
    ...(record && { split: record }),
  };
  if (!isLazy(data)) {
    const part: Dataset = { ...shared, examples: examplesAt(where, data, at) };
    return part as Subset<Data>;
  }
  checkPart(where, 'data', data, 'pick');
  const part: LazyDataset = {
    ...shared,
    count: at.length,
    shape: data.shape,
    pick: (some) => data.pick(some.map((i) => at[i]!)),
  };
  return part as Subset<Data>;
}

function labelsAt(labels: ClassLabels, at: Int32Array): ClassLabels {
  if (ArrayBuffer.isView(labels)) {
    const given = labels as Int32Array;
    return new (given.constructor as typeof Int32Array)(at.length).map(
      (_, row) => given[at[row]!]!,
    );
  }
  return Array.from(at, (i) => labels[i]) as ClassLabels;
}

function examplesAt(where: string, { examples, labels }: Dataset, at: Int32Array): Examples {
  if (examples instanceof Tensor) return tidy(() => gather(examples, tensor1d(at, 'int32')));
  const each = examples.length / labels.length;
  if (!Number.isInteger(each)) {
    throw new MetricLearningError({
      where,
      expected: `examples of ${labels.length} labels, equally many values each`,
      got: `${examples.length} values`,
    });
  }
  const values: Exclude<Examples, Tensor> = examples;
  const some = new (values.constructor as Float32ArrayConstructor)(at.length * each);
  at.forEach((index, row) => {
    some.set(values.subarray(index * each, (index + 1) * each), row * each);
  });
  return some;
}
