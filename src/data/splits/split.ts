import { fnv1a } from '../../internal/fnv1a.ts';

/** The parts of a data set. */
export type Part = 'train' | 'validation' | 'test';

/** How a data set was split, for the record of a run. */
export interface SplitRecord {
  /** What was kept together: the examples of a class, those of a group, or nothing. */
  readonly by: 'class' | 'example' | 'group';
  readonly seed: number;
  /** The number of examples of each part. */
  readonly counts: Readonly<Record<Part, number>>;
  /** The number of the fold, from 0, and the number of folds; undefined where there are no folds. */
  readonly fold?: { readonly index: number; readonly of: number };
  /** A checksum of the indices of all parts: the same split has the same one. */
  readonly checksum: string;
}

/** The record of a split, and which of its parts a data set is. */
export interface PartRecord extends SplitRecord {
  readonly part: Part;
}

/** A split: the indices of the examples of each part, ascending. */
export interface Split {
  readonly train: Int32Array;
  /** Empty where no validation part was asked for. */
  readonly validation: Int32Array;
  readonly test: Int32Array;
  readonly record: SplitRecord;
}

/** A split of a part number for each example. */
export function splitOf(
  partOf: Uint8Array,
  about: Pick<SplitRecord, 'by' | 'seed' | 'fold'>,
): Split {
  const [train, validation, test] = [0, 1, 2].map((part) => {
    const members: number[] = [];
    partOf.forEach((each, i) => {
      if (each === part) members.push(i);
    });
    return Int32Array.from(members);
  }) as [Int32Array, Int32Array, Int32Array];
  const counts = { train: train.length, validation: validation.length, test: test.length };
  return { train, validation, test, record: { ...about, counts, checksum: checksumOf(partOf) } };
}

/** A checksum of the part numbers, as hexadecimal digits. */
function checksumOf(partOf: Uint8Array): string {
  return (fnv1a(partOf) >>> 0).toString(16).padStart(8, '0');
}
