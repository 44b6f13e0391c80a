import type { Embeddings } from '../data/embeddings.ts';
import { indicesByClass, type Labels } from '../data/labels.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { distanceBlocks } from '../search/exact/distanceBlocks.ts';
import { createProducts } from '../search/exact/products.ts';
import { createSearchSpace } from '../search/exact/searchSpace.ts';
import { type BootstrapOptions, bootstrapIntervals, type Interval } from './bootstrap.ts';
import {
  checkKs,
  countedQueries,
  type EvaluationOptions,
  type EvaluationSet,
  evaluationOptions,
  readEvaluationSet,
} from './evaluationSet.ts';
import { createRankFinder } from './rankFinder.ts';
import { relevantReferences } from './relevantReferences.ts';
import { type RetrievalScores, scoreCount, scoreRanks, toScores } from './retrievalScores.ts';

export interface RetrievalOptions extends EvaluationOptions {
  /** The k of `recallAtK`, `precisionAtK` and `ndcgAtK`. Default [1, 5, 10]. */
  ks?: readonly number[];
  /** How many of the nearest a query gets to see; relevant ones farther away count as not found. Default: all. */
  depth?: number;
  /** Which references are relevant to a query. Default: those of the same label. */
  matches?: (queryLabel: number, referenceLabel: number) => boolean;
  /** Asks for confidence intervals of the means, over the queries. */
  confidence?: BootstrapOptions;
}

export interface ClassRetrievalScores extends RetrievalScores {
  readonly label: number;
  readonly queries: number;
}

/** The means over all queries that count. */
export interface RetrievalMetrics extends RetrievalScores {
  /** How many queries the means are over. */
  readonly queries: number;
  /** How many queries have nothing to find. */
  readonly loneQueries: number;
  /** The means over the queries of each label, in ascending order. */
  readonly classes: readonly ClassRetrievalScores[];
  /** The means over the classes: each class counts alike, however many queries it has. */
  readonly classMean: RetrievalScores;
  /** With `confidence`, the intervals of the means over all queries. */
  readonly intervals?: RetrievalScores<Interval>;
}

/**
 * All retrieval metrics at once, over the full ranking, in one pass over the distances: precision at 1, R-precision,
 * MAP@R, MAP, MRR, and recall, precision and NDCG at each k of `ks`.
 *
 * `embeddings` are [queries, dims], `labels` one class id a row; they search among themselves unless a `reference`
 * is given. References rank by distance, then index. The distances come from blocked matrix products on the current
 * backend, 32 MB at a time; where float32 cannot tell two of the first hundred apart, float64 decides.
 *
 * @throws MetricLearningError on bad shapes, labels or options, on rows that are not finite, and if no query counts.
 * @see Musgrave, Belongie, Lim: A metric learning reality check, ECCV 2020, for MAP@R. https://arxiv.org/abs/2003.08505
 */
export async function retrievalMetrics(
  embeddings: Embeddings,
  labels: Labels,
  options: RetrievalOptions = {},
): Promise<RetrievalMetrics> {
  const where = 'retrievalMetrics';
  checkOptions(where, options, ['ks', 'depth', 'matches', 'confidence', ...evaluationOptions]);
  const { ks = [1, 5, 10], depth, matches, confidence } = options;
  checkKs(where, 'ks', ks);
  if (depth !== undefined) checkInteger(where, 'depth', depth);
  const set = await readEvaluationSet(where, embeddings, labels, options);
  const relevant = relevantReferences(set, matches);
  const counts = set.queryLabels.map((_, q) => relevant.count(q));
  const counted = countedQueries(where, counts, options);

  const width = scoreCount(ks);
  const table = new Float64Array(set.queryLabels.length * width);
  const available = set.referenceLabels.length - (set.excludeSelf ? 1 : 0);
  const seen = Math.min(depth ?? available, available);
  await forEachRanking(where, set, options, relevant.of, (q, ranks) => {
    const inReach = ranks.subarray(0, ranks.findLastIndex((rank) => rank <= seen) + 1);
    table.set(scoreRanks(inReach, counts[q] as number, seen, ks), q * width);
  });
  const rows = new Float64Array(counted.length * width);
  for (const [i, q] of counted.entries()) {
    rows.set(table.subarray(q * width, (q + 1) * width), i * width);
  }

  const classes = [...indicesByClass(counted.map((q) => set.queryLabels[q] as number))].map(
    ([label, members]) => ({
      label,
      queries: members.length,
      means: meanRow(rows, width, members),
    }),
  );
  const classMean = meanRow(Float64Array.from(classes.flatMap(({ means }) => [...means])), width);
  return {
    ...toScores(meanRow(rows, width), ks),
    queries: counted.length,
    loneQueries: counts.filter((count) => count === 0).length,
    classes: classes.map(({ label, queries, means }) => ({
      label,
      queries,
      ...toScores(means, ks),
    })),
    classMean: toScores(classMean, ks),
    ...(confidence && { intervals: toScores(bootstrapIntervals(rows, width, confidence), ks) }),
  };
}

/** Calls `visit` for each query with the ranks of its relevant references. */
async function forEachRanking(
  where: string,
  set: EvaluationSet,
  { distance = 'squaredEuclidean', onProgress }: EvaluationOptions,
  relevant: (q: number) => Int32Array,
  visit: (q: number, ranks: Float64Array) => void,
): Promise<void> {
  const space = createSearchSpace(where, set.reference, distance);
  const query = space.prepare(set.query);
  const [total, references] = [set.query.shape[0], set.reference.shape[0]];
  const ranksOf = createRankFinder(query, references);
  const products = createProducts(space.rows);
  try {
    for await (const block of distanceBlocks(space, query, products, set.excludeSelf)) {
      for (let i = 0; i < block.count; i++) {
        const q = block.first + i;
        const row = block.distances.subarray(i * references, (i + 1) * references);
        visit(q, ranksOf(q, row, relevant(q)));
      }
      onProgress?.(block.first + block.count, total);
    }
  } finally {
    products.dispose();
  }
}

/** The mean of the table's rows, or of some of them. */
function meanRow(
  table: Float64Array,
  width: number,
  members: readonly number[] = Array.from({ length: table.length / width }, (_, i) => i),
): Float64Array {
  const mean = new Float64Array(width);
  for (const i of members) {
    for (let c = 0; c < width; c++)
      mean[c] = (mean[c] as number) + (table[i * width + c] as number);
  }
  return mean.map((sum) => sum / members.length);
}
