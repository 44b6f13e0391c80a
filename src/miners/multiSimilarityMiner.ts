import { cosineSimilarity } from '../distances/cosineSimilarity.ts';
import type { Distance } from '../distances/distance.ts';
import { nonNegative, part } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Pairs } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { selectPairs } from './internal/selectPairs.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface MultiSimilarityMinerOptions {
  /** The tolerance of the comparison, in units of `distance`. 0.1 in the paper. Default 0.1. */
  epsilon?: number;
  /** How similar, or how far apart, two embeddings are. Default: `cosineSimilarity()`. */
  distance?: Distance;
}

export const multiSimilarityMinerOptions: OptionTable<MultiSimilarityMinerOptions> = {
  epsilon: preset(0.1, nonNegative),
  distance: made(() => cosineSimilarity(), part('cosineSimilarity()', 'matrix', 'rowwise')),
};

/**
 * The hard pairs of each anchor. A positive is chosen if its similarity is below that of the most similar negative plus
 * `epsilon`; a negative is chosen if its similarity is above that of the least similar positive minus `epsilon`.
 *
 * An anchor without positives or without negatives gives no pair.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * await model.fit({ examples, labels }, { sampler: mPerClassSampler({ m: 4 }), miner: multiSimilarityMiner() });
 * @see Wang et al.: Multi-Similarity Loss, CVPR 2019, equations 7 and 8. https://arxiv.org/abs/1904.06627
 */
export function multiSimilarityMiner(options: MultiSimilarityMinerOptions = {}): Miner<Pairs> {
  const values = readOptions('multiSimilarityMiner', multiSimilarityMinerOptions, options);
  const { epsilon, distance } = values;
  return defineMiner({
    name: 'multiSimilarityMiner',
    distance,
    select(table) {
      const { farthestPositive, nearestNegative } = extremes(table);
      return selectPairs(
        table,
        (anchor) => nearestNegative[anchor]! - epsilon,
        (anchor) => farthestPositive[anchor]! + epsilon,
      );
    },
  });
}

/**
 * The distance of the farthest positive and of the nearest negative of each anchor. Both are infinite where there is
 * none, so that no pair of the anchor is chosen.
 */
function extremes({ values, labels, candidateLabels, copies }: DistanceTable): {
  farthestPositive: Float32Array;
  nearestNegative: Float32Array;
} {
  const candidates = candidateLabels.length;
  const farthestPositive = new Float32Array(labels.length).fill(Number.NEGATIVE_INFINITY);
  const nearestNegative = new Float32Array(labels.length).fill(Number.POSITIVE_INFINITY);
  for (let anchor = 0; anchor < labels.length; anchor++) {
    const label = labels[anchor];
    let farthest = Number.NEGATIVE_INFINITY;
    let nearest = Number.POSITIVE_INFINITY;
    for (let other = 0; other < candidates; other++) {
      const d = values[anchor * candidates + other]!;
      if (candidateLabels[other] !== label) {
        if (d < nearest) nearest = d;
      } else if (d > farthest && other !== copies[anchor]) farthest = d;
    }
    farthestPositive[anchor] = farthest;
    nearestNegative[anchor] = nearest;
  }
  return { farthestPositive, nearestNegative };
}
