import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { areNames, type ClassLabels, readClassLabels } from './classLabels.ts';
import type { Dataset, UnlabeledDataset } from './dataset.ts';
import { isLazy, type LazyDataset } from './lazyDataset.ts';
import { isStream, type NamedStream, type StreamDataset } from './streamDataset.ts';

/**
 * A data set with class ids in place of names, and the names that ids stand for. The names of `known` keep their ids, and
 * new ones get the next ids. Examples without labels stay as they are. The batches of a stream are translated as they come.
 *
 * @throws MetricLearningError if labels and names do not go together.
 */
export function nameLabels<Data extends Dataset | UnlabeledDataset | LazyDataset | StreamDataset>(
  where: string,
  data: Data,
  known: readonly string[],
): { readonly data: Data; readonly names: readonly string[] } {
  if (isStream(data))
    return nameStream(where, data, known) as { data: typeof data; names: string[] };
  if (data.labels === undefined) return { data, names: known };
  const { ids, names } = readClassLabels(
    where,
    data.labels,
    undefined,
    'example',
    'names' in data ? data.names : undefined,
    known,
  );
  const named = ids === data.labels ? data : (withLabels(data, ids) as typeof data);
  return { data: named, names: names ?? known };
}

/** A stream has to say its names beforehand, unless the model knows them: ids do not depend on the order of batches. */
function nameStream(
  where: string,
  data: StreamDataset,
  known: readonly string[],
): { readonly data: NamedStream; readonly names: readonly string[] } {
  const read = (at: string, labels: ClassLabels) =>
    readClassLabels(at, labels, undefined, 'example', data.names, known);
  const names = read(where, []).names ?? known;
  const idOf = new Map(names.map((name, id) => [name, id]));
  const idsOf = (at: string, labels: ClassLabels): ClassLabels => {
    if (!areNames(labels)) return read(at, labels).ids;
    const odd = Array.from(labels).findIndex((name) => !idOf.has(name));
    if (odd < 0) return Int32Array.from(labels, (name) => idOf.get(name)!);
    throw new MetricLearningError({
      where: at,
      expected:
        names.length === 0 ? 'labels to be class ids' : `labels to be names of ${names.join(', ')}`,
      got: `${show(labels[odd])} at index ${odd}`,
      fix: 'Name all classes of the stream beforehand: { stream, names }.',
    });
  };
  const { stream, stepsPerEpoch } = data;
  const named: NamedStream = {
    // It may be the method of a class that has fields of its own.
    stream: typeof stream === 'function' ? (epoch) => data.stream(epoch) : stream,
    ...(stepsPerEpoch !== undefined && { stepsPerEpoch }),
    idsOf,
  };
  return { data: named, names };
}

/** The same data set with other labels. */
function withLabels(
  data: Dataset | UnlabeledDataset | LazyDataset,
  labels: Int32Array,
): Dataset | LazyDataset {
  const split = 'split' in data && data.split ? { split: data.split } : {};
  if (!isLazy(data)) return { examples: data.examples, labels, ...split };
  const { count, shape } = data;
  // It may be of a class that has fields of its own.
  return { count, shape, labels, pick: (indices) => data.pick(indices), ...split };
}
