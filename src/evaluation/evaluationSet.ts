import { type ClassLabels, readClassLabels, readLabelPair } from '../data/classLabels.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { callback, flag, type OptionKind, oneOf, recordLike } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../internal/readOptions.ts';
import { checkBeginsWith } from '../search/exact/nearestNeighbors.ts';

/** Embeddings that queries search, with one label a row: ids or names, as the labels of the queries. */
export interface ReferenceSet {
  readonly embeddings: Embeddings;
  readonly labels: ClassLabels;
}

/** The options of all retrieval metrics. */
export interface EvaluationOptions {
  /** Where the queries search. Default: among the queries themselves. */
  reference?: ReferenceSet;
  /**
   * Leaves reference i out of what query i can find; the reference must then begin with the queries. A duplicate of the
   * query elsewhere stays. Default: true without a reference, false with one.
   */
  excludeSelf?: boolean;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
  /**
   * How a query counts if no other row of the reference has its label: 'exclude' leaves the query out of all means,
   * 'miss' counts it as 0. Default 'exclude'.
   */
  singletonQueries?: 'exclude' | 'miss';
  /**
   * Whether a query ignores a reference, by their indices: an ignored reference is neither found nor missed. In person
   * re-identification: junk images, and images of the same person by the same camera. Default: none.
   */
  ignore?: (query: number, reference: number) => boolean;
  /** Called after each block with the number of queries done, and the number of all queries. */
  onProgress?: (done: number, total: number) => void;
}

export const referenceKind: OptionKind<ReferenceSet> = recordLike('{ embeddings, labels }');

export const evaluationOptions: OptionTable<
  EvaluationOptions,
  'reference' | 'excludeSelf' | 'ignore' | 'onProgress'
> = {
  reference: optional(referenceKind),
  excludeSelf: optional(flag),
  distance: distanceRule,
  singletonQueries: preset('exclude', oneOf('exclude', 'miss')),
  ignore: optional(callback('(query, reference) => true or false')),
  onProgress: optional(callback('(done, total) => ..')),
};

/** Queries, references and their labels, checked. */
export interface EvaluationSet {
  readonly query: EmbeddingRows;
  readonly queryLabels: Int32Array;
  readonly reference: EmbeddingRows;
  readonly referenceLabels: Int32Array;
  readonly excludeSelf: boolean;
  /** `names[label]` is the name of a class; undefined where the labels are ids. */
  readonly names: readonly string[] | undefined;
}

/** @throws MetricLearningError if shapes or lengths do not fit, a row is not finite, or there is nothing to find. */
export async function readEvaluationSet(
  where: string,
  embeddings: Embeddings,
  labels: ClassLabels,
  {
    reference: given,
    excludeSelf = given === undefined,
  }: { readonly reference: ReferenceSet | undefined; readonly excludeSelf?: boolean | undefined },
): Promise<EvaluationSet> {
  const query = await readEmbeddings(where, 'embeddings', embeddings);
  const own = readClassLabels(where, labels, query.shape[0]);
  const itself = given === undefined || given.embeddings === embeddings;
  const reference = itself
    ? query
    : await readEmbeddings(where, 'reference.embeddings', given.embeddings);
  const both = given
    ? readLabelPair(where, [labels, query.shape[0]], [given.labels, reference.shape[0]])
    : { ids: [own.ids, own.ids] as const, names: own.names };
  const [queryLabels, referenceLabels] = both.ids;
  if (excludeSelf) checkBeginsWith(where, reference, query);
  if (reference.shape[0] <= (excludeSelf ? 1 : 0)) {
    throw new MetricLearningError({
      where,
      expected: 'at least one reference besides the query itself',
      got: `${reference.shape[0]} in all`,
    });
  }
  return { query, queryLabels, reference, referenceLabels, excludeSelf, names: both.names };
}

/** The queries that the means are over: all of them, or those that have something to find. */
export function countedQueries(
  where: string,
  relevant: Int32Array,
  singletonQueries: 'exclude' | 'miss',
): Int32Array {
  const all = Int32Array.from(relevant.keys());
  const counted = singletonQueries === 'miss' ? all : all.filter((q) => relevant[q]! > 0);
  if (counted.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'at least one query whose label another row of the reference has',
      got: `none of ${all.length}`,
      fix: "Evaluate on classes with several examples, or count such queries as misses with singletonQueries: 'miss'.",
    });
  }
  return counted;
}

/** Throws unless `ks` is a list of whole numbers >= 1. */
export function checkKs(where: string, name: string, ks: unknown): void {
  if (typeof ks === 'number') {
    throw new MetricLearningError({
      where,
      expected: `${name} to be an array of whole numbers >= 1`,
      got: `${name}: ${ks}`,
      fix: `Pass an array: [${ks}].`,
    });
  }
  const list = Array.isArray(ks) || ArrayBuffer.isView(ks) ? Array.from(ks as number[]) : [];
  const bad = list.find((k) => !Number.isSafeInteger(k) || k < 1);
  if (list.length === 0 || bad !== undefined) {
    throw new MetricLearningError({
      where,
      expected: `${name} to be an array of whole numbers >= 1, with at least one of them`,
      got: `${name}: ${show(ks)}`,
    });
  }
}
