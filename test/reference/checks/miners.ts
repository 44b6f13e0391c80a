import { lpDistance } from '../../../src/distances/lpDistance.ts';
import { negativeWeights } from '../../../src/miners/distanceWeightedMiner.ts';
import { readTable } from '../../../src/miners/internal/readTable.ts';
import type { Pairs, Triplets } from '../../../src/tuples/tuples.ts';
import {
  drawsPerBin,
  type HistogramSide,
  type MinerCase,
  mineCase,
  sortedTuples,
  withBatch,
} from '../../support/referenceMiners.ts';
import { expectNear, expectRefused, expectSame, type Numbers } from './compare.ts';

/** Compares the tuples a miner chooses with the reference, as sets; of random miners, what they draw from. */
export function checkMiner(c: MinerCase): void {
  const { expected } = c;
  if (expected.error) {
    expectRefused(() => mineCase(c));
    return;
  }
  if (expected.form === 'negative_weights') checkNegativeWeights(c);
  else if (expected.form === 'histogram') checkHistogram(c);
  else {
    const found = sortedTuples(mineCase(c));
    if ('triplets' in found) expectSame('triplets', found.triplets, expected.triplets);
    else {
      expectSame('pos_pairs', found.pos, expected.pos_pairs);
      expectSame('neg_pairs', found.neg, expected.neg_pairs);
    }
  }
}

/** The chance of each candidate to be the negative of each anchor, and the number of triplets. */
function checkNegativeWeights(c: MinerCase): void {
  const { cutoff = 0, nonzero_loss_cutoff: far = 0 } = c.params as Record<string, number>;
  const weights = withBatch(c, (embeddings, labels, set) => {
    const table = readTable('reference', lpDistance(), embeddings, labels, set);
    const weightsOf = negativeWeights(table, embeddings.shape[1], cutoff, far);
    return labels.map((_, anchor) => [...weightsOf(anchor)]);
  });
  expectNear('weights', weights, c.expected.weights as Numbers);
  const { anchor, negative } = mineCase(c) as Triplets;
  expectSame('num_triplets', anchor.length, c.expected.num_triplets);
  anchor.forEach((a, i) => {
    if ((c.expected.weights?.[a]?.[negative[i] as number] ?? 0) > 0) return;
    throw new Error(`the negative ${negative[i]} of anchor ${a} has no weight`);
  });
}

/** As many draws from each bin as the reference makes. */
function checkHistogram(c: MinerCase): void {
  const { pos_per_bin = 10, neg_per_bin = 10 } = c.params as Record<string, number>;
  const pairs = mineCase(c) as Pairs;
  const check = (
    side: HistogramSide,
    each: number,
    anchor: Int32Array,
    other: Int32Array,
  ): void => {
    const wanted = side.pairs_per_bin.map((bin) => (bin.length > 0 ? each : 0));
    expectSame('draws of each bin', drawsPerBin(side.pairs_per_bin, anchor, other), wanted);
  };
  const { pos, neg } = c.expected;
  if (pos) check(pos, pos_per_bin, pairs.positiveAnchor, pairs.positive);
  if (neg) check(neg, neg_per_bin, pairs.negativeAnchor, pairs.negative);
}
