import { allPairs } from './allPairs.ts';
import type { Pairs } from './tuples.ts';

/** Lists of indices laid end to end: the i-th is `items` from `starts[i]` to `starts[i + 1] - 1`. */
export interface IndexLists {
  readonly starts: Int32Array;
  readonly items: Int32Array;
}

/**
 * The positives and the negatives of each anchor. They stand for the triplets of an anchor with each of its positives
 * and each of its negatives, in memory that grows with the square of the batch, not with its cube.
 */
export interface Partners {
  readonly positives: IndexLists;
  readonly negatives: IndexLists;
}

/** The partners that the labels of a batch allow, as `allPairs` forms them. */
export function partnersFromLabels(labels: Int32Array, candidateLabels?: Int32Array): Partners {
  return partnersFromPairs(allPairs(labels, candidateLabels), labels.length);
}

/** The partners of `anchors` anchors in a list of pairs; a repeated pair is a repeated partner. */
export function partnersFromPairs(pairs: Pairs, anchors: number): Partners {
  return {
    positives: listByAnchor(pairs.positiveAnchor, pairs.positive, anchors),
    negatives: listByAnchor(pairs.negativeAnchor, pairs.negative, anchors),
  };
}

function listByAnchor(anchorOf: Int32Array, partner: Int32Array, anchors: number): IndexLists {
  const counts = new Int32Array(anchors);
  for (const anchor of anchorOf) counts[anchor] = (counts[anchor] as number) + 1;
  const starts = new Int32Array(anchors + 1);
  for (let i = 0; i < anchors; i++) starts[i + 1] = (starts[i] as number) + (counts[i] as number);

  const next = starts.slice();
  const items = new Int32Array(partner.length);
  for (let i = 0; i < partner.length; i++) {
    const anchor = anchorOf[i] as number;
    const place = next[anchor] as number;
    items[place] = partner[i] as number;
    next[anchor] = place + 1;
  }
  return { starts, items };
}

/** How many triplets the partners stand for. */
export function tripletCount({ positives, negatives }: Partners): number {
  let count = 0;
  for (let i = 0; i + 1 < positives.starts.length; i++) {
    count += lengthOf(positives, i) * lengthOf(negatives, i);
  }
  return count;
}

/** The i-th list. It is a view, not a copy. */
export function listAt({ starts, items }: IndexLists, i: number): Int32Array {
  return items.subarray(starts[i], starts[i + 1]);
}

function lengthOf({ starts }: IndexLists, i: number): number {
  return (starts[i + 1] as number) - (starts[i] as number);
}
