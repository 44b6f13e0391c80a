/** How a data set was split, for the record of a run. */
export interface SplitRecord {
  /** What was kept together: the examples of a class, those of a group, or nothing. */
  readonly by: 'class' | 'example' | 'group' | 'fold';
  readonly seed: number;
  /** Which part these examples are. */
  readonly part: 'train' | 'validation' | 'test';
  /** The number of examples of each part. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** The number of the fold, from 0, and of all folds; undefined without folds. */
  readonly fold?: readonly [number, number];
  /** A checksum of the indices of all parts: the same split has the same one. */
  readonly checksum: string;
}
