import type { ClassLabels } from '../data/classLabels.ts';
import type { Embeddings } from '../data/embeddings.ts';
import { indicesByClass } from '../data/labels.ts';
import { callback, type OptionKind, recordLike, wholeNumber } from '../internal/optionKinds.ts';
import { made, type OptionTable, optional, readOptions } from '../internal/readOptions.ts';
import {
  type BootstrapOptions,
  bootstrapIntervals,
  type Interval,
  readBootstrapOptions,
} from './bootstrap.ts';
import {
  checkKs,
  countedQueries,
  type EvaluationOptions,
  evaluationOptions,
  readEvaluationSet,
} from './evaluationSet.ts';
import { forEachRanking } from './rankings.ts';
import { relevantReferences } from './relevantReferences.ts';
import type { ReRankOptions } from './reRankedDistances.ts';
import { type RetrievalScores, scoreCount, scoreRanks, toScores } from './retrievalScores.ts';

export interface RetrievalOptions extends EvaluationOptions {
  /** The k of `recallAtK`, `precisionAtK` and `ndcgAtK`. Default [1, 5, 10]. */
  ks?: readonly number[];
  /**
   * How many of the nearest references a query sees; relevant references farther away count as not found. A small depth
   * is faster. Default: all.
   */
  depth?: number;
  /**
   * Whether a reference is relevant to a query, by their class ids; names have their ids in the order in which they first
   * come. Default: if the labels are equal.
   */
  matches?: (queryLabel: number, referenceLabel: number) => boolean;
  /**
   * Ranks by k-reciprocal re-ranking in place of the distance alone: `{}`, or `{ k1, k2, lambda }` as in
   * `reRankedDistances`. Default: none.
   */
  rerank?: ReRankOptions;
  /** Asks for confidence intervals of the means, over the queries. Default: none. */
  confidence?: BootstrapOptions;
}

/** Accepts anything here: `checkKs` checks it later. */
const ksKind: OptionKind<readonly number[]> = {
  expected: 'an array of whole numbers >= 1, with at least one of them',
  accepts(value) {
    try {
      checkKs('', 'ks', value);
      return true;
    } catch {
      return false;
    }
  },
  fix: (value) => (typeof value === 'number' ? `Pass an array: [${value}].` : undefined),
};

export const retrievalOptions: OptionTable<
  RetrievalOptions,
  keyof Pick<
    RetrievalOptions,
    | 'depth'
    | 'matches'
    | 'rerank'
    | 'confidence'
    | 'reference'
    | 'excludeSelf'
    | 'ignore'
    | 'onProgress'
  >
> = {
  ks: made(() => [1, 5, 10], ksKind),
  depth: optional(wholeNumber(1)),
  matches: optional(callback('(queryLabel, referenceLabel) => true or false')),
  rerank: optional(recordLike('{ k1, k2, lambda }')),
  confidence: optional(recordLike('{ seed }')),
  ...evaluationOptions,
};

export interface ClassRetrievalScores extends RetrievalScores {
  readonly label: number;
  /** The name of the class, where the labels are names. */
  readonly name?: string;
  readonly queries: number;
}

/** The means over all queries that count. */
export interface RetrievalMetrics extends RetrievalScores {
  /** The number of queries that the means are over. */
  readonly queries: number;
  /** The number of queries with nothing to find. */
  readonly singletonQueries: number;
  /** The means over the queries of each label, in ascending order. */
  readonly classes: readonly ClassRetrievalScores[];
  /** The means over the classes: each class counts alike, however many queries it has. */
  readonly classMean: RetrievalScores;
  /** With `confidence`, the intervals of the means over all queries. */
  readonly intervals?: RetrievalScores<Interval>;
}

/**
 * All retrieval metrics at once: precision at 1, R-precision, MAP@R, MAP, MRR, and recall, precision and NDCG at each k
 * of `ks`.
 *
 * `embeddings` are [queries, dims], `labels` one class id or name a row. The queries search among themselves unless a
 * `reference` is given. References rank by distance, then index. The distances come from blocked matrix products on the
 * current backend, 32 MB at a time; where float32 cannot tell two of the first hundred references apart, float64
 * decides.
 *
 * @throws MetricLearningError on bad shapes, labels or options, on rows that are not finite, and if no query counts.
 * @example
 * const { precisionAt1, mapAtR } = await retrievalMetrics(embeddings, labels);
 * @example
 * // Person re-identification, as on Market-1501: junk has the label -1
 * const metrics = await retrievalMetrics(query, queryLabels, {
 *   reference: { embeddings: gallery, labels: galleryLabels },
 *   ignore: (q, r) =>
 *     galleryLabels[r] === -1 ||
 *     (galleryLabels[r] === queryLabels[q] && galleryCameras[r] === queryCameras[q]),
 * });
 * @see Musgrave, Belongie, Lim: A metric learning reality check, ECCV 2020, for MAP@R. https://arxiv.org/abs/2003.08505
 */
export async function retrievalMetrics(
  embeddings: Embeddings,
  labels: ClassLabels,
  options: RetrievalOptions = {},
): Promise<RetrievalMetrics> {
  const where = 'retrievalMetrics';
  const values = readOptions(where, retrievalOptions, options);
  const { ks, matches, ignore, confidence } = values;
  if (confidence) readBootstrapOptions(where, confidence);
  const set = await readEvaluationSet(where, embeddings, labels, values);
  const relevant = relevantReferences(set, matches, ignore);
  const counts = set.queryLabels.map((_, q) => relevant.count(q));
  const counted = countedQueries(where, counts, values.singletonQueries);

  const width = scoreCount(ks);
  const table = new Float64Array(set.queryLabels.length * width);
  await forEachRanking(where, set, values, relevant, (q, ranks, seen) => {
    table.set(scoreRanks(ranks, counts[q]!, seen, ks), q * width);
  });
  const rows = new Float64Array(counted.length * width);
  for (const [i, q] of counted.entries()) {
    rows.set(table.subarray(q * width, (q + 1) * width), i * width);
  }

  const classes = [...indicesByClass(counted.map((q) => set.queryLabels[q]!))].map(
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
    singletonQueries: counts.filter((count) => count === 0).length,
    classes: classes.map(({ label, queries, means }) => ({
      label,
      ...(set.names && { name: set.names[label]! }),
      queries,
      ...toScores(means, ks),
    })),
    classMean: toScores(classMean, ks),
    ...(confidence && { intervals: toScores(bootstrapIntervals(rows, width, confidence), ks) }),
  };
}

/** The mean of the table's rows, or of some of them. */
function meanRow(
  table: Float64Array,
  width: number,
  members: readonly number[] = Array.from({ length: table.length / width }, (_, i) => i),
): Float64Array {
  const mean = new Float64Array(width);
  for (const i of members) {
    for (let c = 0; c < width; c++) mean[c] = mean[c]! + table[i * width + c]!;
  }
  return mean.map((sum) => sum / members.length);
}
