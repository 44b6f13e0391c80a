import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger } from '../internal/checks.ts';
import { checkBeginsWith } from '../search/exact/nearestNeighbors.ts';
import type { SearchDistance } from '../search/searchDistance.ts';

/** What all retrieval metrics can be told. */
export interface EvaluationOptions {
  /** Where the queries look for their like. Default: among the queries themselves. */
  reference?: { readonly embeddings: Embeddings; readonly labels: Labels };
  /**
   * Leave query i's own row, reference i, out of what it can find; the reference must then begin with the queries.
   * A duplicate of the query elsewhere stays. Default: true without a reference, false with one.
   */
  excludeSelf?: boolean;
  /** Default `squaredEuclidean`, which ranks as `euclidean` does. */
  distance?: SearchDistance;
  /**
   * What a query counts whose label no other row of the reference has: it is left out of all means (`exclude`, the
   * default), or counts 0 (`miss`).
   */
  loneQueries?: 'exclude' | 'miss';
  /** Called after each block with the number of queries done, and of all. */
  onProgress?: (done: number, total: number) => void;
}

/** The names of `EvaluationOptions`. */
export const evaluationOptions: readonly (keyof EvaluationOptions)[] = [
  'reference',
  'excludeSelf',
  'distance',
  'loneQueries',
  'onProgress',
];

/** Queries, references and their labels, checked. */
export interface EvaluationSet {
  readonly query: EmbeddingRows;
  readonly queryLabels: Int32Array;
  readonly reference: EmbeddingRows;
  readonly referenceLabels: Int32Array;
  readonly excludeSelf: boolean;
}

/** @throws MetricLearningError if shapes or lengths do not fit, a row is not finite, or there is nothing to find. */
export async function readEvaluationSet(
  where: string,
  embeddings: Embeddings,
  labels: Labels,
  options: EvaluationOptions,
): Promise<EvaluationSet> {
  const { reference: given } = options;
  const query = await readEmbeddings(where, 'embeddings', embeddings);
  const queryLabels = toLabels(where, labels, query.shape[0]);
  const itself = given === undefined || given.embeddings === embeddings;
  const reference = itself
    ? query
    : await readEmbeddings(where, 'reference.embeddings', given.embeddings);
  const referenceLabels =
    given === undefined ? queryLabels : toLabels(where, given.labels, reference.shape[0]);
  const excludeSelf = options.excludeSelf ?? given === undefined;
  if (excludeSelf) checkBeginsWith(where, reference, query);
  if (reference.shape[0] <= (excludeSelf ? 1 : 0)) {
    throw new MetricLearningError({
      where,
      expected: 'at least one reference besides the query itself',
      got: `${reference.shape[0]} in all`,
    });
  }
  return { query, queryLabels, reference, referenceLabels, excludeSelf };
}

/** The queries that count in the means: all of them, or those that have something to find. */
export function countedQueries(
  where: string,
  relevant: Int32Array,
  { loneQueries = 'exclude' }: EvaluationOptions,
): Int32Array {
  const all = Int32Array.from(relevant.keys());
  const counted = loneQueries === 'miss' ? all : all.filter((q) => (relevant[q] as number) > 0);
  if (counted.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'at least one query whose label another row of the reference has',
      got: `none of ${all.length}`,
      fix: "Evaluate on classes with several examples, or count such queries as misses with loneQueries: 'miss'.",
    });
  }
  return counted;
}

/** Throws unless `ks` is a list of whole numbers >= 1. */
export function checkKs(where: string, name: string, ks: readonly number[]): void {
  if (ks.length === 0) {
    throw new MetricLearningError({ where, expected: `${name} to hold at least one k`, got: '[]' });
  }
  for (const k of ks) checkInteger(where, name, k);
}
