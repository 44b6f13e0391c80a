import type { Distance } from '../distances/distance.ts';
import { readOptions } from '../internal/readOptions.ts';
import { distanceBlocks } from '../search/exact/distanceBlocks.ts';
import { createProducts } from '../search/exact/products.ts';
import { createSearcher } from '../search/exact/searcher.ts';
import { createSearchSpace, type QuerySpace } from '../search/exact/searchSpace.ts';
import type { EvaluationSet } from './evaluationSet.ts';
import { createRankFinder } from './rankFinder.ts';
import type { RelevantReferences } from './relevantReferences.ts';
import { forEachReRanked, type ReRankOptions, reRankOptions } from './reRankedDistances.ts';

export interface RankingOptions {
  readonly distance: Distance;
  /** How many of the nearest references a query sees. Default: all. */
  readonly depth?: number | undefined;
  readonly ignore?: ((query: number, reference: number) => boolean) | undefined;
  /** Ranks by k-reciprocal re-ranking. Default: by the distance. */
  readonly rerank?: ReRankOptions | undefined;
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
  if (options.rerank) await reRankedRanks(where, set, depth, options, relevant, visit);
  else if (!ignore && 2 * depth < available)
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
  const judge = rowJudge(query, set, depth, ignore, relevant, visit);
  const products = createProducts(where, space);
  try {
    for await (const block of distanceBlocks(space, query, products, set.excludeSelf)) {
      for (let i = 0; i < block.count; i++) {
        judge(block.first + i, block.distances.subarray(i * references, (i + 1) * references));
      }
      onProgress?.(block.first + block.count, total);
    }
  } finally {
    products.dispose();
  }
}

async function reRankedRanks(
  where: string,
  set: EvaluationSet,
  depth: number,
  { distance, ignore, rerank, onProgress }: RankingOptions,
  relevant: RelevantReferences,
  visit: (q: number, ranks: Float64Array, seen: number) => void,
): Promise<void> {
  const { query, reference, excludeSelf } = set;
  const parameters = readOptions(`${where} (rerank)`, reRankOptions, rerank ?? {});
  const total = query.shape[0];
  const asMeasured = { rows: query, slack: new Float64Array(total), exact: undefined };
  const judge = rowJudge(asMeasured, set, depth, ignore, relevant, visit);
  const settings = { ...parameters, distance };
  const beginsWith = excludeSelf || query === reference;
  await forEachReRanked(where, query, reference, beginsWith, settings, (q, row) => {
    if (excludeSelf) row[q] = Infinity;
    judge(q, row);
    onProgress?.(q + 1, total);
  });
}

/** The function that ranks the references of a query by their orders, and visits the ranks of the relevant ones. */
function rowJudge(
  query: QuerySpace,
  { reference, excludeSelf }: EvaluationSet,
  depth: number,
  ignore: RankingOptions['ignore'],
  relevant: RelevantReferences,
  visit: (q: number, ranks: Float64Array, seen: number) => void,
): (q: number, row: Float32Array) => void {
  const references = reference.shape[0];
  const ranksOf = createRankFinder(query, references);
  return (q, row) => {
    if (ignore) {
      for (let r = 0; r < references; r++) if (ignore(q, r)) row[r] = Infinity;
    }
    const available = ignore
      ? row.reduce((sum, order) => sum + (order === Infinity ? 0 : 1), 0)
      : references - (excludeSelf ? 1 : 0);
    const seen = Math.min(depth, available);
    const ranks = ranksOf(q, row, relevant.of(q));
    visit(q, ranks.subarray(0, ranks.findLastIndex((rank) => rank <= seen) + 1), seen);
  };
}
