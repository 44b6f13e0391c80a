import type { Distance } from '../distances/distance.ts';
import { distanceBlocks } from '../search/exact/distanceBlocks.ts';
import { createProducts } from '../search/exact/products.ts';
import { createSearcher } from '../search/exact/searcher.ts';
import { createSearchSpace } from '../search/exact/searchSpace.ts';
import type { EvaluationSet } from './evaluationSet.ts';
import { createRankFinder } from './rankFinder.ts';
import type { RelevantReferences } from './relevantReferences.ts';

export interface RankingOptions {
  readonly distance: Distance;
  /** How many of the nearest references a query sees. Default: all. */
  readonly depth?: number | undefined;
  readonly ignore?: ((query: number, reference: number) => boolean) | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Calls `visit` for each query with the ranks of the relevant references that it finds, from 1, ascending, and the
 * number of references that it can see.
 */
export async function forEachRanking(
  where: string,
  set: EvaluationSet,
  options: RankingOptions,
  relevant: RelevantReferences,
  visit: (q: number, ranks: Float64Array, seen: number) => void,
): Promise<void> {
  const available = set.reference.shape[0] - (set.excludeSelf ? 1 : 0);
  const { depth = available, ignore } = options;
  // It is cheaper to keep the nearest few than to sort all.
  if (!ignore && 2 * depth < available)
    await nearestRanks(where, set, depth, options, relevant, visit);
  else await fullRanks(where, set, depth, options, relevant, visit);
}

async function nearestRanks(
  where: string,
  { query, reference, excludeSelf }: EvaluationSet,
  depth: number,
  { distance, onProgress }: RankingOptions,
  relevant: RelevantReferences,
  visit: (q: number, ranks: Float64Array, seen: number) => void,
): Promise<void> {
  const searcher = createSearcher(where, reference, distance);
  try {
    await searcher.find(
      query,
      depth,
      (q, found) => {
        const ranks: number[] = [];
        found.forEach(({ index }, at) => {
          if (relevant.has(q, index)) ranks.push(at + 1);
        });
        visit(q, Float64Array.from(ranks), depth);
      },
      { excludeSelf, ...(onProgress && { onProgress }) },
    );
  } finally {
    searcher.dispose();
  }
}

async function fullRanks(
  where: string,
  set: EvaluationSet,
  depth: number,
  { distance, ignore, onProgress }: RankingOptions,
  relevant: RelevantReferences,
  visit: (q: number, ranks: Float64Array, seen: number) => void,
): Promise<void> {
  const space = createSearchSpace(where, set.reference, distance);
  const query = space.prepare(set.query);
  const [total, references] = [set.query.shape[0], set.reference.shape[0]];
  const ranksOf = createRankFinder(query, references);
  const products = createProducts(where, space);
  try {
    for await (const block of distanceBlocks(space, query, products, set.excludeSelf)) {
      for (let i = 0; i < block.count; i++) {
        const q = block.first + i;
        const row = block.distances.subarray(i * references, (i + 1) * references);
        if (ignore) {
          for (let r = 0; r < references; r++) if (ignore(q, r)) row[r] = Infinity;
        }
        const available = ignore
          ? row.reduce((sum, order) => sum + (order === Infinity ? 0 : 1), 0)
          : references - (set.excludeSelf ? 1 : 0);
        const seen = Math.min(depth, available);
        const ranks = ranksOf(q, row, relevant.of(q));
        visit(q, ranks.subarray(0, ranks.findLastIndex((rank) => rank <= seen) + 1), seen);
      }
      onProgress?.(block.first + block.count, total);
    }
  } finally {
    products.dispose();
  }
}
