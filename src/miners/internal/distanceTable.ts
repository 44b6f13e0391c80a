import { allPairs } from '../../tuples/allPairs.ts';
import { removeSelfComparisons } from '../../tuples/internal/removeSelfComparisons.ts';
import type { Pairs } from '../../tuples/tuples.ts';

/**
 * All that a miner looks at, as plain numbers: how far each anchor is from each candidate partner.
 *
 * Anchors are the batch. Candidates are the reference set, or the batch itself without one.
 */
export interface DistanceTable {
  /** Row-major [anchors, candidates]. A smaller value is always nearer: similarities have the sign reversed. */
  readonly values: Float32Array;
  /** Class of each anchor. */
  readonly labels: Int32Array;
  /** Class of each candidate. */
  readonly candidateLabels: Int32Array;
  /** For each anchor the candidate that is a copy of the anchor, or -1: the copy is no partner of the anchor. */
  readonly copies: Int32Array;
}

/** The candidates of each class, in ascending order. */
export function candidatesByClass(candidateLabels: Int32Array): Map<number, Int32Array> {
  const sizes = new Map<number, number>();
  for (const label of candidateLabels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const members = new Map<number, Int32Array>();
  for (const [label, size] of sizes) members.set(label, new Int32Array(size));
  const filled = new Map<number, number>();
  candidateLabels.forEach((label, candidate) => {
    const at = filled.get(label) ?? 0;
    (members.get(label) as Int32Array)[at] = candidate;
    filled.set(label, at + 1);
  });
  return members;
}

/** The distance of each pair of an anchor and a candidate, times `factor`. */
export function distancesOf(
  { values, candidateLabels }: DistanceTable,
  anchor: Int32Array,
  other: Int32Array,
  factor = 1,
): Float32Array {
  const candidates = candidateLabels.length;
  const distances = new Float32Array(anchor.length);
  for (let i = 0; i < anchor.length; i++) {
    const index = anchor[i]! * candidates + other[i]!;
    distances[i] = factor * values[index]!;
  }
  return distances;
}

/** All pairs of the table. */
export function pairsOf({ labels, candidateLabels, copies }: DistanceTable): Pairs {
  return removeSelfComparisons(allPairs(labels, candidateLabels), copies);
}

/** The pairs at these positions of the positive pairs and of the negative pairs. */
export function pairsAt(pairs: Pairs, positives: Int32Array, negatives: Int32Array): Pairs {
  return {
    positiveAnchor: itemsAt(pairs.positiveAnchor, positives),
    positive: itemsAt(pairs.positive, positives),
    negativeAnchor: itemsAt(pairs.negativeAnchor, negatives),
    negative: itemsAt(pairs.negative, negatives),
  };
}

function itemsAt(items: Int32Array, positions: Int32Array): Int32Array {
  const chosen = new Int32Array(positions.length);
  for (let i = 0; i < chosen.length; i++) chosen[i] = items[positions[i]!]!;
  return chosen;
}
