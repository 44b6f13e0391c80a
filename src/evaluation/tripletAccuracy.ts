import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { squaredDistance } from '../internal/squaredDistance.ts';
import type { Triplets } from '../tuples/tuples.ts';

/** How a set of triplets fares. Gaps are d(a, p) - d(a, n), in units of squared Euclidean distance. */
export interface TripletScores {
  /** Share of triplets with a gap below 0: the positive is strictly nearer than the negative; a tie is wrong. */
  readonly accuracy: number;
  readonly min: number;
  readonly max: number;
  readonly avg: number;
  /** Number of triplets. */
  readonly count: number;
}

export interface ClassTripletScores extends TripletScores {
  readonly label: number;
}

export interface TripletAccuracy extends TripletScores {
  /** The same for the triplets of each anchor's class, by label in ascending order; empty without labels. */
  readonly classes: readonly ClassTripletScores[];
}

/**
 * How many triplets have their positive nearer than their negative, over all and for each class of anchors.
 *
 * `embeddings` are [count, dims], the triplets index their rows, and `labels` (one a row) are what the classes are
 * made from. Distances are squared Euclidean, summed in float64 from the differences.
 *
 * @throws MetricLearningError if there is no triplet, one points outside, or the embeddings are not finite.
 */
export async function tripletAccuracy(
  embeddings: Embeddings,
  triplets: Triplets,
  labels?: Labels,
): Promise<TripletAccuracy> {
  const where = 'tripletAccuracy';
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  const ids = labels && toLabels(where, labels, rows.shape[0]);
  const { anchor, positive, negative } = checkTriplets(where, triplets, rows.shape[0]);
  const gaps = Float64Array.from(
    anchor,
    (a, i) =>
      distanceBetween(rows, a, positive[i] as number) -
      distanceBetween(rows, a, negative[i] as number),
  );
  return scoreGaps(where, gaps, ids && anchor.map((a) => ids[a] as number));
}

/**
 * `tripletAccuracy` of a TripletModel's output: `output` is [triplets, 3 * dims], each row the embeddings of
 * anchor, positive and negative one after the other, and `labels` are the classes of the anchors, one a row.
 *
 * @throws MetricLearningError if the output is of no such shape, or not finite.
 */
export async function tripletOutputAccuracy(
  output: Embeddings,
  labels?: Labels,
): Promise<TripletAccuracy> {
  const where = 'tripletOutputAccuracy';
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
  const gaps = Float64Array.from(
    { length: count },
    (_, i) => distanceBetween(rows, 3 * i, 3 * i + 1) - distanceBetween(rows, 3 * i, 3 * i + 2),
  );
  return scoreGaps(where, gaps, labels && toLabels(where, labels, count, 'row'));
}

function scoreGaps(where: string, gaps: Float64Array, labels?: Int32Array): TripletAccuracy {
  if (gaps.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one triplet', got: 'none' });
  }
  const byClass = new Map<number, number[]>();
  labels?.forEach((label, i) => {
    const gap = gaps[i] as number;
    const own = byClass.get(label);
    if (own) own.push(gap);
    else byClass.set(label, [gap]);
  });
  const classes = [...byClass]
    .sort(([a], [b]) => a - b)
    .map(([label, own]) => ({ label, ...summarize(own) }));
  return { ...summarize(gaps), classes };
}

function summarize(gaps: ArrayLike<number>): TripletScores {
  let [right, min, max, sum] = [0, Infinity, -Infinity, 0];
  for (let i = 0; i < gaps.length; i++) {
    const gap = gaps[i] as number;
    if (gap < 0) right++;
    if (gap < min) min = gap;
    if (gap > max) max = gap;
    sum += gap;
  }
  return { accuracy: right / gaps.length, min, max, avg: sum / gaps.length, count: gaps.length };
}

function distanceBetween({ data, shape }: EmbeddingRows, i: number, j: number): number {
  return squaredDistance(data, i, data, j, shape[1]);
}

function checkTriplets(where: string, triplets: Triplets, count: number): Triplets {
  const { anchor, positive, negative } = triplets;
  const lists = { anchor, positive, negative };
  for (const [name, list] of Object.entries(lists)) {
    if (list.length !== anchor.length) {
      throw new MetricLearningError({
        where,
        expected: `as many of triplets.${name} as of triplets.anchor (${anchor.length})`,
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
