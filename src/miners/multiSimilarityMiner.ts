import { cosineSimilarity } from '../distances/cosineSimilarity.ts';
import type { Distance } from '../distances/distance.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkNonNegative } from '../internal/checks.ts';
import type { Pairs } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { selectPairs } from './internal/selectPairs.ts';
import { defineMiner, type Miner } from './miner.ts';

export interface MultiSimilarityMinerOptions {
  /** How far a pair may be on the good side of the anchor's hardest opposite and still be kept. Default 0.1. */
  epsilon?: number;
  /** Default: `cosineSimilarity()`. */
  distance?: Distance;
}

/**
 * The pairs that are hard beside their anchor's others: positives less similar than the most similar negative
 * plus `epsilon`, negatives more similar than the least similar positive minus `epsilon`.
 *
 * An anchor without positives or without negatives gives no pair.
 *
 * @throws MetricLearningError if `epsilon` is negative or not finite.
 * @see Wang et al.: Multi-Similarity Loss, CVPR 2019, equations 7 and 8. https://arxiv.org/abs/1904.06627
 */
export function multiSimilarityMiner(options: MultiSimilarityMinerOptions = {}): Miner<Pairs> {
  checkOptions('multiSimilarityMiner', options, ['epsilon', 'distance']);
  const { epsilon = 0.1, distance = cosineSimilarity() } = options;
  checkNonNegative('multiSimilarityMiner', 'epsilon', epsilon);
  return defineMiner({
    name: 'multiSimilarityMiner',
    distance,
    select(table) {
      const { farthestPositive, nearestNegative } = extremes(table);
      return selectPairs(
        table,
        (anchor) => (nearestNegative[anchor] as number) - epsilon,
        (anchor) => (farthestPositive[anchor] as number) + epsilon,
      );
    },
  });
}

/** Of each anchor; infinite, so that no pair passes, where it has no such partner. */
function extremes({ values, labels, candidateLabels, self }: DistanceTable): {
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
      const d = values[anchor * candidates + other] as number;
      if (candidateLabels[other] !== label) {
        if (d < nearest) nearest = d;
      } else if (d > farthest && !(self && other === anchor)) farthest = d;
    }
    farthestPositive[anchor] = farthest;
    nearestNegative[anchor] = nearest;
  }
  return { farthestPositive, nearestNegative };
}
