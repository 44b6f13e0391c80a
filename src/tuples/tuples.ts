/**
 * Triplets: the i-th is (anchor[i], positive[i], negative[i]), each an index into a batch or a data set.
 * Anchor and positive are of one class, the negative is of another.
 */
export interface Triplets {
  readonly anchor: Int32Array;
  readonly positive: Int32Array;
  readonly negative: Int32Array;
}

/**
 * Pairs: the i-th positive pair is (positiveAnchor[i], positive[i]), the j-th negative pair is
 * (negativeAnchor[j], negative[j]). The numbers of positive and negative pairs may differ.
 */
export interface Pairs {
  readonly positiveAnchor: Int32Array;
  readonly positive: Int32Array;
  readonly negativeAnchor: Int32Array;
  readonly negative: Int32Array;
}

/** The tuples of a miner or a loss: triplets or pairs, as indices. */
export type Tuples = Triplets | Pairs;
