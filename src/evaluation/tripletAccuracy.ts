import { type ClassLabels, type NamedLabels, readClassLabels } from '../data/classLabels.ts';
import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceKind, distanceRule } from '../distances/distanceOption.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkList } from '../internal/checkList.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { made, type OptionTable, readOptions } from '../internal/readOptions.ts';
import { measurePairs } from '../search/exact/measurePairs.ts';
import type { Triplets } from '../tuples/tuples.ts';

/**
 * The scores of a set of triplets. `min`, `max` and `avg` are of d(a, p) - d(a, n): how much farther from its anchor
 * the positive is than the negative, in units of the distance.
 */
export interface TripletScores {
  /** The share of triplets whose positive is strictly nearer than the negative; a tie is wrong. */
  readonly accuracy: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  /** Number of triplets. */
  readonly count: number;
}

export interface ClassTripletScores extends TripletScores {
  readonly label: number;
  /** The name of the class, where the labels are names. */
  readonly name?: string;
}

export interface TripletAccuracy extends TripletScores {
  /** The scores of the triplets of each anchor class, by label, ascending; empty without labels. */
  readonly classes: readonly ClassTripletScores[];
}

export interface TripletAccuracyOptions {
  /** How far two embeddings are apart. Default: `lpDistance()`, Euclidean between unit vectors. */
  distance?: Distance;
}

export const tripletAccuracyOptions: OptionTable<TripletAccuracyOptions> = {
  distance: distanceRule,
};

/**
 * The share of triplets whose positive is nearer than their negative, over all and for each class of anchors.
 *
 * `embeddings` are [count, dims], the triplets hold indices of their rows, and `labels`, one a row, give the classes.
 * Distances are computed in float64.
 *
 * @throws MetricLearningError if there is no triplet, an index is out of range, or the embeddings are not finite.
 * @example
 * const { accuracy } = await tripletAccuracy(embeddings, { anchor: [0], positive: [1], negative: [2] });
 */
export async function tripletAccuracy(
  embeddings: Embeddings,
  triplets: Triplets,
  labels?: ClassLabels,
  options: TripletAccuracyOptions = {},
): Promise<TripletAccuracy> {
  const where = 'tripletAccuracy';
  const { distance } = readOptions(where, tripletAccuracyOptions, options);
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  const named = labels && readClassLabels(where, labels, rows.shape[0]);
  const checked = checkTriplets(where, triplets, rows.shape[0]);
  const violations = await violationsOf(where, distance, rows, checked);
  const anchors = named && Int32Array.from(checked.anchor, (a) => named.ids[a]!);
  return scoresOf(where, violations, anchors, named?.names);
}

export interface TripletOutputAccuracyOptions {
  /**
   * How far two embeddings are apart. Default: `lpDistance({ normalize: false, power: 2 })`, squared Euclidean, the
   * distance of `tripletLoss`.
   */
  distance?: Distance;
}

export const tripletOutputAccuracyOptions: OptionTable<TripletOutputAccuracyOptions> = {
  distance: made(() => lpDistance({ normalize: false, power: 2 }), distanceKind),
};

/**
 * `tripletAccuracy` of the output of a TripletModel's three-input network: `output` is [triplets, 3 * dims], each row
 * the embeddings of anchor, positive and negative one after the other; `labels` are the classes of the anchors, one a
 * row.
 *
 * @throws MetricLearningError if the output has another shape, or is not finite.
 * @example
 * const { accuracy } = await tripletOutputAccuracy(model.network.predict([anchors, positives, negatives]));
 */
export async function tripletOutputAccuracy(
  output: Embeddings,
  labels?: ClassLabels,
  options: TripletOutputAccuracyOptions = {},
): Promise<TripletAccuracy> {
  const where = 'tripletOutputAccuracy';
  const { distance } = readOptions(where, tripletOutputAccuracyOptions, options);
  const { data, shape } = await readEmbeddings(where, 'output', output);
  const [count, width] = shape;
  if (width % 3 !== 0) {
    throw new MetricLearningError({
      where,
      expected: 'an output of shape [triplets, 3 * dims]',
      got: `shape [${shape}]`,
    });
  }
  const rows: EmbeddingRows = { data, shape: [count * 3, width / 3] };
  const [anchor, positive, negative] = [0, 1, 2].map((part) =>
    Int32Array.from({ length: count }, (_, i) => 3 * i + part),
  ) as [Int32Array, Int32Array, Int32Array];
  const violations = await violationsOf(where, distance, rows, { anchor, positive, negative });
  const named = labels && readClassLabels(where, labels, count, 'row');
  return scoresOf(where, violations, named?.ids, named?.names);
}

/** d(a, p) - d(a, n) of each triplet, in float64. */
export async function violationsOf(
  where: string,
  distance: Distance,
  rows: EmbeddingRows,
  { anchor, positive, negative }: Triplets,
): Promise<Float64Array> {
  const near = await measurePairs(where, distance, [rows, anchor], [rows, positive]);
  const far = await measurePairs(where, distance, [rows, anchor], [rows, negative]);
  return near.map((d, i) => d - far[i]!);
}

function scoresOf(
  where: string,
  violations: Float64Array,
  labels?: Int32Array,
  names?: NamedLabels['names'],
): TripletAccuracy {
  if (violations.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one triplet', got: 'none' });
  }
  const byClass = new Map<number, number[]>();
  labels?.forEach((label, i) => {
    const violation = violations[i]!;
    const known = byClass.get(label);
    if (known) known.push(violation);
    else byClass.set(label, [violation]);
  });
  const classes = [...byClass]
    .sort(([a], [b]) => a - b)
    .map(([label, some]) => ({
      label,
      ...(names && { name: names[label]! }),
      ...summarize(some),
    }));
  return { ...summarize(violations), classes };
}

function summarize(violations: ArrayLike<number>): TripletScores {
  let [right, min, max, sum] = [0, Infinity, -Infinity, 0];
  for (let i = 0; i < violations.length; i++) {
    const violation = violations[i]!;
    if (violation < 0) right++;
    if (violation < min) min = violation;
    if (violation > max) max = violation;
    sum += violation;
  }
  return {
    accuracy: right / violations.length,
    min,
    max,
    avg: sum / violations.length,
    count: violations.length,
  };
}

function checkTriplets(where: string, triplets: Triplets, count: number): Triplets {
  checkRecord(where, 'triplets', triplets, '{ anchor, positive, negative }');
  const { anchor, positive, negative } = triplets;
  const lists = { anchor, positive, negative };
  for (const [name, list] of Object.entries(lists)) {
    checkList(where, `triplets.${name}`, list, 'the index of a row for each triplet');
  }
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== anchor.length) {
      throw new MetricLearningError({
        where,
        expected: `as many entries in triplets.${name} as in triplets.anchor (${anchor.length})`,
        got: `${list.length}`,
      });
    }
    const outside = list.findIndex((index) => !(index >= 0 && index < count));
    if (outside >= 0) {
      throw new MetricLearningError({
        where,
        expected: `triplets.${name} to hold indices from 0 to ${count - 1}`,
        got: `${list[outside]} at index ${outside}`,
      });
    }
  }
  return lists;
}
