import type { ClassLabels } from './classLabels.ts';
import type { Examples } from './dataset.ts';
import type { PartRecord } from './splits/split.ts';

/**
 * Examples that are read a batch at a time, so that they need not fit in memory: rows of a file, pictures of a folder,
 * records of a database.
 *
 * It goes wherever a data set goes. `fit` reads the next batch while it trains on the one at hand.
 *
 * @example
 * const data: LazyDataset = { count: 100_000, shape: [384], labels, pick: (indices) => readRows(file, indices) };
 * await model.fit(data, { validation });
 */
export interface LazyDataset {
  /** The number of examples. */
  readonly count: number;
  /** The shape of one example. */
  readonly shape: readonly number[];
  /** The class id or the name of the class of each example. */
  readonly labels: ClassLabels;
  /** The names of the classes, where `labels` are ids: `names[label]` is the name of a class. Default: none. */
  readonly names?: readonly string[];
  /** A line of text about each example, such as its file name, for reports. Default: none. */
  readonly captions?: readonly string[];
  /** How the examples were chosen, as `applySplit` writes it down. Default: unknown. */
  readonly split?: PartRecord;
  /**
   * The examples at these indices, in this order; an index may come several times. A tensor that is returned is disposed
   * by the library.
   */
  pick(indices: Int32Array): Examples | Promise<Examples>;
}

/** Whether data are read a batch at a time. */
export function isLazy(data: unknown): data is LazyDataset {
  return typeof (data as Partial<LazyDataset> | null | undefined)?.pick === 'function';
}
