import type { Embeddings } from '../data/embeddings.ts';
import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { knnClassify } from '../search/exact/knnClassify.ts';
import type { SearchDistance } from '../search/searchDistance.ts';
import { readEvaluationSet } from './evaluationSet.ts';

/** How often items of one label were taken for another. */
export interface ConfusionMatrix {
  /** All labels that occur, actual or predicted, in ascending order. */
  readonly labels: readonly number[];
  /** `counts[i][j]`: items of `labels[i]` taken for `labels[j]`. */
  readonly counts: readonly (readonly number[])[];
  /** `unknown[i]`: items of `labels[i]` taken for none. */
  readonly unknown: readonly number[];
  /** Share of all items taken for what they are. */
  readonly accuracy: number;
}

/**
 * Counts actual against predicted labels; a prediction may be null, for "none of them".
 *
 * @throws MetricLearningError if the lists are empty or of different lengths.
 */
export function confusionMatrix(
  actual: Labels,
  predicted: ArrayLike<number | null>,
): ConfusionMatrix {
  const where = 'confusionMatrix';
  const ids = toLabels(where, actual, predicted.length, 'prediction');
  if (ids.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one item', got: 'none' });
  }
  const taken = Array.from(predicted);
  const known = taken.filter((label) => label !== null);
  const labels = [...new Set([...ids, ...toLabels(where, known)])].sort((a, b) => a - b);
  const place = new Map(labels.map((label, i) => [label, i]));
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  const unknown = new Array<number>(labels.length).fill(0);
  for (const [i, label] of taken.entries()) {
    const row = place.get(ids[i] as number) as number;
    const line = label === null ? unknown : (counts[row] as number[]);
    const column = label === null ? row : (place.get(label) as number);
    line[column] = (line[column] as number) + 1;
  }
  const right = counts.reduce((sum, row, i) => sum + (row[i] as number), 0);
  return { labels, counts, unknown, accuracy: right / ids.length };
}

export interface KnnConfusionOptions {
  /** How many neighbours vote. Default 1. */
  k?: number;
  /** Where the queries look for their neighbours. Default: among the other queries. */
  reference?: { readonly embeddings: Embeddings; readonly labels: Labels };
  /** Default `squaredEuclidean`. */
  distance?: SearchDistance;
  /** Neighbours farther than this have no vote. Default: all vote. */
  threshold?: number;
}

/**
 * The confusion of classes by their neighbours: embeddings [count, dims] with their labels against what the k nearest
 * references vote for. Without a reference each row looks among the others.
 *
 * @throws MetricLearningError on bad shapes, labels or options, and on rows that are not finite.
 */
export async function knnConfusion(
  embeddings: Embeddings,
  labels: Labels,
  options: KnnConfusionOptions = {},
): Promise<ConfusionMatrix> {
  checkOptions('knnConfusion', options, ['k', 'reference', 'distance', 'threshold']);
  const { k = 1, distance = 'squaredEuclidean', threshold = Infinity } = options;
  const set = await readEvaluationSet('knnConfusion', embeddings, labels, options);
  const reference = { embeddings: set.reference, labels: set.referenceLabels };
  const { excludeSelf } = set;
  const found = await knnClassify(set.query, reference, k, { distance, threshold, excludeSelf });
  return confusionMatrix(
    set.queryLabels,
    found.map(({ label }) => label),
  );
}
