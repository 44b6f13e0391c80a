import { type IndexLists, listAt, partnersFromLabels } from '../../tuples/internal/partners.ts';

/** The members of each anchor's ranking, for losses over rankings. */
export interface ClassPairs {
  /** 1 for each pair of an anchor and a member of its class, itself included; all 0 for a singleton of its class. */
  readonly pairs: Float32Array;
  /** The number of these pairs for each anchor. */
  readonly sizes: Float32Array;
  /** The members of each anchor's class, itself included. */
  readonly members: IndexLists;
  readonly negatives: IndexLists;
}

/** The pairs that the labels of a batch allow, in which each anchor is also a positive of itself. */
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
