import { readClassLabels } from './classLabels.ts';
import type { Dataset, UnlabeledDataset } from './dataset.ts';
import type { LazyDataset } from './lazyDataset.ts';
import { isStream, type StreamDataset } from './streamDataset.ts';

/**
 * A data set with class ids in place of names, and the names that ids stand for. The names of `known` keep their ids, and
 * new ones get the next ids. Streams, and examples without labels, stay as they are.
 *
 * @throws MetricLearningError if labels and names do not go together.
 */
export function nameLabels<Data extends Dataset | UnlabeledDataset | LazyDataset | StreamDataset>(
  where: string,
  data: Data,
  known: readonly string[],
): { readonly data: Data; readonly names: readonly string[] } {
  if (isStream(data) || data.labels === undefined) return { data, names: known };
  const { ids, names } = readClassLabels(
    where,
    data.labels,
    undefined,
    'example',
    'names' in data ? data.names : undefined,
    known,
  );
  return { data: ids === data.labels ? data : withLabels(data, ids), names: names ?? known };
}

/** The same data set with other labels. */
function withLabels<Data extends object>(data: Data, labels: Int32Array): Data {
  // A lazy data set may be of a class, whose pick needs its own record.
  return Object.assign(Object.create(data), { labels }) as Data;
}
