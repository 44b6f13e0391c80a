import { neg, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Distance } from '../../distances/distance.ts';
import { firstIndex } from '../../internal/firstIndex.ts';
import { readNow } from '../../ops/readNow.ts';
import { listAt, partnersFromLabels } from '../../tuples/internal/partners.ts';
import type { Triplets } from '../../tuples/tuples.ts';
import type { LossBatch } from '../lossBatch.ts';

/** One anchor with its positives and negatives, each from the nearest to the farthest. */
export interface RankedPartners {
  readonly anchor: number;
  readonly positives: Int32Array;
  readonly negatives: Int32Array;
  /** The distance of each candidate; a similarity has its sign changed, so that smaller is nearer. */
  readonly distances: Float32Array;
}

/** The triplets that `choose` adds for each anchor, from distances that are read back, off the gradient tape. */
export function chooseTriplets(
  where: string,
  distance: Distance,
  matrix: Tensor2D,
  { labels, candidateLabels, reference }: LossBatch,
  choose: (partners: RankedPartners, add: (positive: number, negative: number) => void) => void,
): Triplets {
  const [anchors, candidates] = matrix.shape;
  const values = readNow(where, distance.inverted ? neg(matrix) : matrix);
  const others = reference && (candidateLabels as Int32Array);
  const partners = partnersFromLabels(labels as Int32Array, others);
  const found: [anchor: number, positive: number, negative: number][] = [];
  for (let anchor = 0; anchor < anchors; anchor++) {
    const distances = values.subarray(anchor * candidates, (anchor + 1) * candidates);
    const byDistance = (i: number, j: number): number => distances[i]! - distances[j]! || i - j;
    const positives = listAt(partners.positives, anchor).sort(byDistance);
    const negatives = listAt(partners.negatives, anchor).sort(byDistance);
    choose({ anchor, positives, negatives, distances }, (p, n) => found.push([anchor, p, n]));
  }
  return {
    anchor: Int32Array.from(found, ([anchor]) => anchor),
    positive: Int32Array.from(found, ([, positive]) => positive),
    negative: Int32Array.from(found, ([, , negative]) => negative),
  };
}

/** The nearest of the negatives that is farther away than `limit`, or else the farthest of all. */
export function nearestBeyond({ negatives, distances }: RankedPartners, limit: number): number {
  const first = firstIndex(negatives.length, (i) => distances[negatives[i]!]! > limit);
  return negatives[Math.min(first, negatives.length - 1)]!;
}
