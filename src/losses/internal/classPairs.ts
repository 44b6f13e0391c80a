import { type IndexLists, listAt, partnersFromLabels } from '../../tuples/internal/partners.ts';

/** Who is ranked by an anchor, for losses over rankings. */
export interface ClassPairs {
  /** 1 for each pair of an anchor and one of its class, itself included; 0 where nobody else is of its class. */
  readonly pairs: Float32Array;
  /** How many those are of each anchor. */
  readonly sizes: Float32Array;
  /** All of an anchor's class, itself included. */
  readonly members: IndexLists;
  readonly negatives: IndexLists;
}

/** The pairs that the labels of a batch allow, where an anchor is a positive of itself. */
export function classPairs(labels: Int32Array): ClassPairs {
  const { positives: members, negatives } = partnersFromLabels(labels, labels);
  const count = labels.length;
  const pairs = new Float32Array(count * count);
  const sizes = new Float32Array(count);
  for (let a = 0; a < count; a++) {
    const list = listAt(members, a);
    if (list.length === 1) continue;
    for (const p of list) pairs[a * count + p] = 1;
    sizes[a] = list.length;
  }
  return { pairs, sizes, members, negatives };
}
