import type { Pairs } from '../tuples.ts';

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
  const others = candidateLabels ?? labels;
  const self = candidateLabels === undefined;
  const sizes = new Map<number, number>();
  for (const label of others) sizes.set(label, (sizes.get(label) ?? 0) + 1);

  const positives = emptyLists(labels, (label) => (sizes.get(label) ?? 0) - (self ? 1 : 0));
  const negatives = emptyLists(labels, (label) => others.length - (sizes.get(label) ?? 0));
  for (let anchor = 0, p = 0, n = 0; anchor < labels.length; anchor++) {
    const label = labels[anchor];
    for (let other = 0; other < others.length; other++) {
      if (others[other] !== label) negatives.items[n++] = other;
      else if (!self || other !== anchor) positives.items[p++] = other;
    }
  }
  return { positives, negatives };
}

function emptyLists(labels: Int32Array, lengthFor: (label: number) => number): IndexLists {
  const starts = new Int32Array(labels.length + 1);
  labels.forEach((label, i) => {
    starts[i + 1] = starts[i]! + lengthFor(label);
  });
  return { starts, items: new Int32Array(starts[labels.length]!) };
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
  for (const anchor of anchorOf) counts[anchor] = counts[anchor]! + 1;
  const starts = new Int32Array(anchors + 1);
  for (let i = 0; i < anchors; i++) starts[i + 1] = starts[i]! + counts[i]!;

  const next = starts.slice();
  const items = new Int32Array(partner.length);
  for (let i = 0; i < partner.length; i++) {
    const anchor = anchorOf[i]!;
    const index = next[anchor]!;
    items[index] = partner[i]!;
    next[anchor] = index + 1;
  }
  return { starts, items };
}

/** The number of triplets that the partners stand for. */
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
  return starts[i + 1]! - starts[i]!;
}
