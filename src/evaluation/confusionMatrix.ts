import { type ClassLabels, readClassLabels, readLabelPair } from '../data/classLabels.ts';
import type { Embeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkList } from '../internal/checkList.ts';
import { wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { knnClassify } from '../search/exact/knnClassify.ts';
import { thresholdKind } from '../search/searchOptions.ts';
import { type ReferenceSet, readEvaluationSet, referenceKind } from './evaluationSet.ts';

/** How many items of one label were predicted as another one. */
export interface ConfusionCell {
  readonly label: number;
  readonly predicted: number;
  /** At least 1. */
  readonly count: number;
}

/** How often items of one label were predicted as another one. */
export interface ConfusionMatrix {
  /** All labels that occur, actual or predicted, ascending. */
  readonly labels: readonly number[];
  /** `names[label]` is the name of a class, where the labels are names. */
  readonly names?: readonly string[];
  /** The cells that are not 0, by label, then by predicted label: memory grows with their number. */
  readonly cells: readonly ConfusionCell[];
  /**
   * The whole matrix, made at each access: `counts[i][j]` items of `labels[i]` were predicted as `labels[j]`.
   *
   * @throws MetricLearningError for more than 4,096 labels: read `cells`.
   */
  readonly counts: readonly (readonly number[])[];
  /** `unknown[i]` items of `labels[i]` were predicted as no label. */
  readonly unknown: readonly number[];
  /** The share of all items whose label was predicted. */
  readonly accuracy: number;
}

/** Labels of a matrix of 16.8 million numbers. */
const mostLabels = 4096;

/**
 * Counts actual against predicted labels. A prediction may be null, for "no known label".
 *
 * @throws MetricLearningError if the lists are empty or of different lengths.
 * @example
 * const { accuracy, counts } = confusionMatrix([0, 0, 1], [0, 1, 1]);
 */
export function confusionMatrix(
  actual: ClassLabels,
  predicted: ArrayLike<number | string | null>,
): ConfusionMatrix {
  const where = 'confusionMatrix';
  checkList(where, 'predicted', predicted, 'a label or null for each item');
  return countConfusion(where, bothLabels(where, actual, predicted));
}

/** Labels and predictions as ids. */
interface Predictions {
  readonly ids: Int32Array;
  readonly predictions: readonly (number | null)[];
  readonly names: readonly string[] | undefined;
}

function countConfusion(where: string, { ids, predictions, names }: Predictions): ConfusionMatrix {
  if (ids.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one item', got: 'none' });
  }
  const known = predictions.filter((label) => label !== null);
  const labels = [...new Set([...ids, ...known])].sort((a, b) => a - b);
  const index = new Map(labels.map((label, i) => [label, i]));
  const rows = labels.map(() => new Map<number, number>());
  const unknown = new Array<number>(labels.length).fill(0);
  let right = 0;
  for (const [i, prediction] of predictions.entries()) {
    const label = ids[i]!;
    const row = index.get(label) as number;
    if (prediction === null) unknown[row] = unknown[row]! + 1;
    else {
      const counts = rows[row]!;
      counts.set(prediction, (counts.get(prediction) ?? 0) + 1);
      if (prediction === label) right++;
    }
  }
  const cells = rows.flatMap((counts, row) =>
    [...counts]
      .sort(([a], [b]) => a - b)
      .map(([prediction, count]) => ({
        label: labels[row]!,
        predicted: prediction,
        count,
      })),
  );
  return {
    labels,
    ...(names && { names }),
    cells,
    get counts() {
      return denseCounts(labels, index, cells);
    },
    unknown,
    accuracy: right / ids.length,
  };
}

/** The labels as ids: a name has the same id among the actual and the predicted labels. */
function bothLabels(
  where: string,
  actual: ClassLabels,
  predicted: ArrayLike<number | string | null>,
): Predictions {
  const given = Array.from(predicted);
  const known = given.filter((label) => label !== null) as number[] | string[];
  const labeled = [actual, given.length] as const;
  if (known.length === 0) {
    const { ids, names } = readClassLabels(where, ...labeled, 'prediction');
    return { ids, predictions: given.map(() => null), names };
  }
  const {
    ids: [ids, found],
    names,
  } = readLabelPair(where, labeled, [known, known.length], 'prediction');
  let next = 0;
  const predictions = given.map((label) => (label === null ? null : found[next++]!));
  return { ids, predictions, names };
}

function denseCounts(
  labels: readonly number[],
  index: ReadonlyMap<number, number>,
  cells: readonly ConfusionCell[],
): number[][] {
  if (labels.length > mostLabels) {
    throw new MetricLearningError({
      where: 'confusionMatrix',
      expected: `counts of at most ${mostLabels} labels`,
      got: `${labels.length} labels`,
      fix: 'Read cells, which holds the counts that are not 0.',
    });
  }
  const counts = labels.map(() => new Array<number>(labels.length).fill(0));
  for (const { label, predicted, count } of cells) {
    counts[index.get(label) as number]![index.get(predicted) as number] = count;
  }
  return counts;
}

export interface KnnConfusionOptions {
  /** The number of neighbors that vote. Default 1. */
  k?: number;
  /** Where the queries look for their neighbors. Default: among the other queries. */
  reference?: ReferenceSet;
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
  /** The distance beyond which a neighbor has no vote. Default Infinity: all k neighbors vote. */
  threshold?: number;
}

export const knnConfusionOptions: OptionTable<KnnConfusionOptions, 'reference'> = {
  k: preset(1, wholeNumber(1)),
  reference: optional(referenceKind),
  distance: distanceRule,
  threshold: preset(Infinity, thresholdKind),
};

/**
 * The confusion of classes by nearest neighbors: the labels of embeddings [count, dims] against what the k nearest
 * references vote for. Without a reference each row searches among the other rows.
 *
 * @throws MetricLearningError on bad shapes, labels or options, and on rows that are not finite.
 * @example
 * const { labels, counts, accuracy } = await knnConfusion(embeddings, labels, { k: 5 });
 */
export async function knnConfusion(
  embeddings: Embeddings,
  labels: ClassLabels,
  options: KnnConfusionOptions = {},
): Promise<ConfusionMatrix> {
  const values = readOptions('knnConfusion', knnConfusionOptions, options);
  const { k, distance, threshold } = values;
  const set = await readEvaluationSet('knnConfusion', embeddings, labels, values);
  const reference = { embeddings: set.reference, labels: set.referenceLabels };
  const { excludeSelf } = set;
  const found = await knnClassify(set.query, reference, k, { distance, threshold, excludeSelf });
  return countConfusion('knnConfusion', {
    ids: set.queryLabels,
    predictions: found.map(({ label }) => label),
    names: set.names,
  });
}
