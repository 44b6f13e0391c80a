import type { EmbeddingRows } from '../data/embeddings.ts';
import { indicesByClass } from '../data/labels.ts';
import type { Distance } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { retrievalMetrics } from '../evaluation/retrievalMetrics.ts';
import { measurePairs } from '../search/exact/measurePairs.ts';
import type { Knowledge, KnowledgeOf } from './adapterData.ts';

/**
 * How well embeddings agree with what is known: for each measure one value a unit, which is a class, a query or a pair.
 * The score is the mean of the values, and units are what a confidence interval draws.
 */
export interface Judgement {
  /** What the units are, such as `classes`. */
  readonly units: string;
  readonly measures: readonly { readonly name: string; readonly values: Float64Array }[];
}

/** The name of the measure that decides, by the form of the knowledge. */
export const mainMeasure: Readonly<Record<Knowledge['kind'], string>> = {
  labels: 'mapAtR',
  triplets: 'tripletAccuracy',
  pairs: 'concordance',
};

/**
 * Judges embeddings. Labels: MAP@R and precision at 1 of each class, among the features that the knowledge names.
 * Triplets: the share of each anchor's triplets that are in the right order. Pairs: the share of two pairs of different
 * grades that are in the right order; each pair counts with its influence on that share.
 *
 * @throws MetricLearningError if there is nothing to judge: no class has two features, or all grades are equal.
 */
export async function judge(
  where: string,
  embeddings: EmbeddingRows,
  knowledge: Knowledge,
  distance: Distance,
): Promise<Judgement> {
  if (knowledge.kind === 'labels') return judgeLabels(where, embeddings, knowledge, distance);
  if (knowledge.kind === 'triplets') return judgeTriplets(where, embeddings, knowledge, distance);
  return judgePairs(where, embeddings, knowledge, distance);
}

async function judgeLabels(
  where: string,
  embeddings: EmbeddingRows,
  { labels, rows }: KnowledgeOf<'labels'>,
  distance: Distance,
): Promise<Judgement> {
  const sizes = [...indicesByClass(labels).values()].map(({ length }) => length);
  if (!sizes.some((size) => size >= 2) || sizes.length < 2) {
    throw new MetricLearningError({
      where,
      expected: 'at least two classes, one of which has two features',
      got: `${sizes.length} classes of ${labels.length} features`,
    });
  }
  const { classes } = await retrievalMetrics(rowsAt(embeddings, rows), labels, {
    distance,
    ks: [1],
    depth: Math.max(...sizes) - 1,
  });
  const measure = (name: 'mapAtR' | 'precisionAt1'): Judgement['measures'][number] => ({
    name,
    values: Float64Array.from(classes, (scores) => scores[name]),
  });
  return { units: 'classes', measures: [measure('mapAtR'), measure('precisionAt1')] };
}

async function judgeTriplets(
  where: string,
  embeddings: EmbeddingRows,
  { anchor, positive, negative }: KnowledgeOf<'triplets'>,
  distance: Distance,
): Promise<Judgement> {
  const near = await distancesOf(where, embeddings, distance, anchor, positive);
  const far = await distancesOf(where, embeddings, distance, anchor, negative);
  const right = near.map((d, i) => (Math.sign(far[i]! - d) + 1) / 2);
  const values = Float64Array.from(indicesByClass(anchor).values(), (members) =>
    mean(members.map((i) => right[i]!)),
  );
  return { units: 'queries', measures: [{ name: 'tripletAccuracy', values }] };
}

async function judgePairs(
  where: string,
  embeddings: EmbeddingRows,
  { a, b, grades }: KnowledgeOf<'pairs'>,
  distance: Distance,
): Promise<Judgement> {
  const distances = await distancesOf(where, embeddings, distance, a, b);
  const count = distances.length;
  const [right, compared] = [new Float64Array(count), new Float64Array(count)];
  let [allRight, all] = [0, 0];
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const order = Math.sign(grades[i]! - grades[j]!);
      if (order === 0) continue;
      const agrees = (1 + order * Math.sign(distances[j]! - distances[i]!)) / 2;
      for (const one of [i, j]) {
        right[one]! += agrees;
        compared[one]! += 1;
      }
      allRight += agrees;
      all += 1;
    }
  }
  if (all === 0) {
    throw new MetricLearningError({
      where,
      expected: 'pairs of at least two grades, such as true and false',
      got: `${count} pairs of one grade`,
    });
  }
  const share = allRight / all;
  const values = right.map((sum, i) => share + (count / all) * (sum - share * compared[i]!));
  return { units: 'pairs', measures: [{ name: 'concordance', values }] };
}

/** Distances of pairs of embeddings, of which smaller is nearer: similarities change their sign. */
async function distancesOf(
  where: string,
  embeddings: EmbeddingRows,
  distance: Distance,
  a: Int32Array,
  b: Int32Array,
): Promise<Float64Array> {
  const found = await measurePairs(where, distance, [embeddings, a], [embeddings, b]);
  return distance.search === undefined && distance.inverted ? found.map((value) => -value) : found;
}

/** Judgements of several parts as one. */
export function joinJudgements(parts: readonly Judgement[]): Judgement {
  const [{ units, measures }] = parts as [Judgement];
  return {
    units,
    measures: measures.map(({ name }, m) => ({
      name,
      values: Float64Array.from(parts.flatMap((part) => [...part.measures[m]!.values])),
    })),
  };
}

/** Some rows. */
export function rowsAt(
  { data, shape: [, dims] }: EmbeddingRows,
  rows: ArrayLike<number>,
): EmbeddingRows {
  const picked = new Float32Array(rows.length * dims);
  for (let i = 0; i < rows.length; i++) {
    picked.set(data.subarray(rows[i]! * dims, (rows[i]! + 1) * dims), i * dims);
  }
  return { data: picked, shape: [rows.length, dims] };
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
