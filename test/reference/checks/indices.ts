import { dispose, type Tensor2D, tensor2d, transpose } from '@tensorflow/tfjs-core';
import { maskedLogSumExp } from '../../../src/ops/maskedLogSumExp.ts';
import { createRandom } from '../../../src/random/createRandom.ts';
import { allPairs } from '../../../src/tuples/allPairs.ts';
import { allTriplets } from '../../../src/tuples/allTriplets.ts';
import { toPairs, toTriplets } from '../../../src/tuples/convertTuples.ts';
import { partnersFromLabels } from '../../../src/tuples/internal/partners.ts';
import { randomTriplets } from '../../../src/tuples/internal/randomTriplets.ts';
import { removeSelfComparisons } from '../../../src/tuples/internal/removeSelfComparisons.ts';
import { tupleWeights } from '../../../src/tuples/internal/tupleWeights.ts';
import { uniquePositivePairs } from '../../../src/tuples/internal/uniquePositivePairs.ts';
import type { Tuples } from '../../../src/tuples/tuples.ts';
import { expectNear, expectSame, type Numbers } from './compare.ts';
import { columnsOf, tuplesOf } from './tuples.ts';

/** A case of `indices.json`. */
export interface IndicesCase {
  id: string;
  function: string;
  labels?: number[];
  ref_labels?: number[];
  indices_tuple?: number[][] | null;
  using_ref?: boolean;
  t_per_anchor?: number | 'all';
  curr_batch_idx?: number[];
  x?: number[][];
  keep_mask?: number[][] | null;
  add_one?: boolean;
  dim?: 0 | 1;
  expected: unknown;
}

interface Given {
  c: IndicesCase;
  labels: Int32Array;
  others: Int32Array | undefined;
  tuples: Tuples | undefined;
}

/** The reference's name of each function, and what ours gives in its form. */
const functions: Record<string, (given: Given) => unknown> = {
  get_all_pairs_indices: ({ labels, others }) => columnsOf(allPairs(labels, others)),
  get_all_triplets_indices: ({ labels, others }) => columnsOf(allTriplets(labels, others)),
  convert_to_pairs: ({ labels, others, tuples }) =>
    columnsOf(toPairs(tuples ?? allPairs(labels, others))),
  convert_to_triplets: ({ labels, others, tuples }) =>
    columnsOf(toTriplets(tuples ?? allTriplets(labels, others))),
  convert_to_weights: ({ c, labels, tuples }) => [
    ...tupleWeights(tuples, labels.length, c.using_ref),
  ],
  convert_to_pos_pairs_with_unique_labels: ({ labels, tuples }) => {
    const { anchor, positive } = uniquePositivePairs(labels, tuples);
    return [[...anchor], [...positive]];
  },
  get_random_triplet_indices: ({ c, labels, others }) => {
    const partners = partnersFromLabels(labels, others);
    const { anchor } = randomTriplets(partners, c.t_per_anchor as number, createRandom(1));
    const counts: Record<string, number> = {};
    for (const a of anchor) counts[a] = (counts[a] ?? 0) + 1;
    return { num_triplets: anchor.length, triplets_per_anchor: counts };
  },
  remove_self_comparisons: ({ c, tuples }) =>
    columnsOf(removeSelfComparisons(tuples as Tuples, Int32Array.from(c.curr_batch_idx ?? []))),
  logsumexp: ({ c }) => logSumExp(c),
};

/** Compares a function over index tuples with the reference: same tuples, in the same order. */
export function checkIndices(c: IndicesCase): void {
  const run = functions[c.function];
  if (run === undefined) throw new Error(`no function for ${c.function}`);
  const labels = Int32Array.from(c.labels ?? []);
  const others = c.ref_labels && Int32Array.from(c.ref_labels);
  const tuples = c.indices_tuple ? tuplesOf(c.indices_tuple) : undefined;
  const got = run({ c, labels, others, tuples });
  if (c.function === 'convert_to_weights' || c.function === 'logsumexp') {
    expectNear(c.function, got, c.expected as Numbers);
  } else {
    expectSame(c.function, got, c.expected);
  }
}

/** Ours goes along rows; dim 0 of the reference goes along columns. */
function logSumExp({ x = [], keep_mask, add_one = false, dim }: IndicesCase): unknown {
  const along = (matrix: Tensor2D): Tensor2D => (dim === 0 ? transpose(matrix) : matrix);
  const values = tensor2d(x);
  const counts = tensor2d(keep_mask ?? x.map((row) => row.map(() => 1)));
  const [rows, masks] = [along(values), along(counts)];
  const sums = maskedLogSumExp(rows, masks, { addOne: add_one });
  const got = [...sums.dataSync()];
  dispose([values, counts, rows, masks, sums]);
  return dim === 0 ? [got] : got.map((value) => [value]);
}
