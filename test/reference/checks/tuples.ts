import type { Tuples } from '../../../src/tuples/tuples.ts';

/** Tuples from the reference's columns: three are triplets, four are pairs. */
export function tuplesOf(columns: number[][]): Tuples {
  const [first = [], second = [], third = [], fourth] = columns.map((c) => Int32Array.from(c));
  return fourth === undefined
    ? { anchor: ints(first), positive: ints(second), negative: ints(third) }
    : {
        positiveAnchor: ints(first),
        positive: ints(second),
        negativeAnchor: ints(third),
        negative: fourth,
      };
}

/** Tuples as the reference's columns. */
export function columnsOf(tuples: Tuples): number[][] {
  const columns =
    'anchor' in tuples
      ? [tuples.anchor, tuples.positive, tuples.negative]
      : [tuples.positiveAnchor, tuples.positive, tuples.negativeAnchor, tuples.negative];
  return columns.map((column) => [...column]);
}

function ints(values: ArrayLike<number>): Int32Array {
  return Int32Array.from(values);
}
