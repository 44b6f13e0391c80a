import { max, sub, type Tensor2D, tensor2d, tidy } from '@tensorflow/tfjs-core';
import {
  checkSameDims,
  type EmbeddingRows,
  type Embeddings,
  readEmbeddings,
} from '../data/embeddings.ts';
import { joinEmbeddings } from '../data/joinEmbeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceKind } from '../distances/distanceOption.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { between, type OptionKind, wholeNumber } from '../internal/optionKinds.ts';
import { made, type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { measurePairs } from '../search/exact/measurePairs.ts';
import { findNeighbors } from '../search/exact/nearestNeighbors.ts';

/** The parameters of k-reciprocal re-ranking. */
export interface ReRankOptions {
  /** How many nearest neighbors may be k-reciprocal. Default 20. */
  k1?: number;
  /** The mean over so many nearest neighbors, the row itself among them, describes a row; 1 leaves it as it is. Default 6. */
  k2?: number;
  /** The share of the original distance in the final one, from 0 to 1. Default 0.3. */
  lambda?: number;
}

export interface ReRankedDistancesOptions extends ReRankOptions {
  /**
   * How far two embeddings are apart; no similarity but `cosineSimilarity()`, as 1 - cos. The authors' program takes
   * `lpDistance({ power: 2, normalize: false })`. Default: `lpDistance()`, Euclidean between unit vectors.
   */
  distance?: Distance;
}

const distanceFromZero: OptionKind<Distance> = {
  expected: 'a distance, or cosineSimilarity()',
  accepts: (value) =>
    distanceKind.accepts(value) && (!(value as Distance).inverted || isCosine(value as Distance)),
  got: (value) => (distanceKind.accepts(value) ? `${(value as Distance).name}()` : undefined),
  fix: (value) => (distanceKind.accepts(value) ? undefined : distanceKind.fix?.(value)),
};

export const reRankOptions: OptionTable<ReRankOptions> = {
  k1: preset(20, wholeNumber(1)),
  k2: preset(6, wholeNumber(1)),
  lambda: preset(0.3, between(0, 1)),
};

export const reRankedDistancesOptions: OptionTable<ReRankedDistancesOptions> = {
  distance: made(() => lpDistance(), distanceFromZero),
  ...reRankOptions,
};

/** Distances of all queries to all references, in row-major order. */
export interface DistanceMatrix {
  readonly distances: Float32Array;
  readonly shape: readonly [queries: number, references: number];
}

const where = 'reRankedDistances';

/**
 * k-reciprocal re-ranking: distances that also count how many neighbors query and reference share.
 *
 * Two rows are k-reciprocal if each is among the `k1` nearest of the other. A row is described by its k-reciprocal
 * neighbors, and by theirs that mostly are its own, with the weights `exp(-d)`; then by the mean of the descriptions of
 * its `k2` nearest. The final distance is `(1 - lambda) J + lambda d`, where J is the Jaccard distance of two descriptions
 * and d the original distance, divided by the largest of its row.
 *
 * Neighbors are of queries and references together. Time grows with the square of their number, memory with the number
 * and with the size of the result. Pass the same embeddings as query and reference to re-rank a set within itself.
 *
 * @throws MetricLearningError if shapes do not fit, a row is not finite, or an option is unknown or out of its range.
 * @example
 * const { distances, shape } = await reRankedDistances(queries, gallery, { k1: 20, k2: 6 });
 * @see Zhong et al.: Re-ranking Person Re-identification with k-reciprocal Encoding, CVPR 2017.
 * https://arxiv.org/abs/1701.08398
 */
export async function reRankedDistances(
  query: Embeddings,
  reference: Embeddings,
  options: ReRankedDistancesOptions = {},
): Promise<DistanceMatrix> {
  const values = readOptions(where, reRankedDistancesOptions, options);
  const queries = await readEmbeddings(where, 'query', query);
  const references =
    reference === query ? queries : await readEmbeddings(where, 'reference', reference);
  const shape = [queries.shape[0], references.shape[0]] as const;
  const distances = new Float32Array(shape[0] * shape[1]);
  await forEachReRanked(where, queries, references, queries === references, values, (q, row) => {
    distances.set(row, q * shape[1]);
  });
  return { distances, shape };
}

/**
 * Calls `visit` with the final distances of each query to all references; the row may be written to. `beginsWith` says
 * that the references begin with the queries, which then count once.
 */
export async function forEachReRanked(
  where: string,
  query: EmbeddingRows,
  reference: EmbeddingRows,
  beginsWith: boolean,
  { k1, k2, lambda, distance }: Required<ReRankedDistancesOptions>,
  visit: (q: number, row: Float32Array) => void,
): Promise<void> {
  checkDistanceFromZero(where, distance);
  checkSameDims(where, query, reference);
  const all = beginsWith ? reference : joinEmbeddings([query, reference]);
  const [count] = all.shape;
  const first = count - reference.shape[0]; // the first of the references
  const near = await neighborLists(where, all, Math.min(Math.max(k1, k2 - 1), count - 1), distance);
  const largest = await largestOf(all, distance);
  const own = await describe(where, all, near, Math.min(k1, count - 1), distance, largest);
  const rows = k2 === 1 ? own : own.map((_, i) => meanRow(own, near, i, k2));
  const holders = holdersOf(rows, first);
  const shared = new Float64Array(count);
  for await (const { start, values, width } of blocksOf(all, query.shape[0], distance)) {
    for (let i = 0; i < values.length / width; i++) {
      const q = start + i;
      shared.fill(0);
      const { columns, weights } = rows[q]!;
      columns.forEach((column, at) => {
        const weight = weights[at]!;
        const { rows: holding, weights: held } = holders[column]!;
        holding.forEach((row, n) => {
          shared[row] = shared[row]! + Math.min(weight, held[n]!);
        });
      });
      const final = new Float32Array(count - first);
      const most = largest[q]!;
      for (let r = first; r < count; r++) {
        const jaccard = 1 - shared[r]! / (2 - shared[r]!);
        const original = most === 0 ? 0 : values[i * width + r]! / most;
        final[r - first] = (1 - lambda) * jaccard + lambda * original;
      }
      visit(q, final);
    }
  }
}

/** A sparse row: weights of other rows, which sum up to 1. */
interface SparseRow {
  readonly columns: Int32Array;
  readonly weights: Float64Array;
}

/** The k nearest of each row, nearest first; the row itself is none of them. */
async function neighborLists(
  where: string,
  all: EmbeddingRows,
  k: number,
  distance: Distance,
): Promise<Int32Array[]> {
  const [count] = all.shape;
  if (k === 0) return Array.from({ length: count }, () => new Int32Array(0));
  const found = await findNeighbors(where, all, all, k, {
    distance,
    excludeSelf: true,
    onProgress: undefined,
  });
  return Array.from({ length: count }, (_, i) => found.indices.subarray(i * k, (i + 1) * k));
}

/** The largest distance of each row. */
async function largestOf(all: EmbeddingRows, distance: Distance): Promise<Float64Array> {
  const largest = new Float64Array(all.shape[0]);
  for await (const { start, most } of blocksOf(all, all.shape[0], distance)) {
    largest.set(most, start);
  }
  return largest;
}

/** The description of each row by its k-reciprocal neighbors. */
async function describe(
  where: string,
  all: EmbeddingRows,
  near: readonly Int32Array[],
  k1: number,
  distance: Distance,
  largest: Float64Array,
): Promise<SparseRow[]> {
  const wide = near.map((_, i) => reciprocal(near, i, k1));
  const narrow = near.map((_, i) => reciprocal(near, i, Math.round(k1 / 2)));
  const columnsOf = wide.map((own) => expanded(own, narrow));
  const pairs = columnsOf.flatMap((columns, row) => Array.from(columns, () => row));
  const columns = columnsOf.flatMap((list) => [...list]);
  const apart = await measurePairs(where, distance, [all, pairs], [all, columns]);
  let at = 0;
  return columnsOf.map((list, row) => {
    const scale = largest[row]! === 0 ? 1 : largest[row]!;
    const weights = Float64Array.from(list, () => Math.exp(-apart[at++]! / scale));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { columns: list, weights: weights.map((weight) => weight / sum) };
  });
}

/** The row itself, and those of its k nearest that have it among their k nearest. */
function reciprocal(near: readonly Int32Array[], row: number, k: number): number[] {
  const mutual = [...near[row]!.subarray(0, k)].filter((other) =>
    near[other]!.subarray(0, k).includes(row),
  );
  return [row, ...mutual];
}

/** Adds the reciprocal neighbors of each of `own`, where more than two thirds of them are in `own` already. */
function expanded(own: readonly number[], narrow: readonly (readonly number[])[]): Int32Array {
  const before = new Set(own);
  const all = new Set(own);
  for (const candidate of own) {
    const theirs = narrow[candidate]!;
    const common = theirs.filter((row) => before.has(row)).length;
    if (common > (2 / 3) * theirs.length) for (const row of theirs) all.add(row);
  }
  return Int32Array.from(all).sort();
}

/** The mean description of a row and its k2 - 1 nearest. */
function meanRow(
  rows: readonly SparseRow[],
  near: readonly Int32Array[],
  row: number,
  k2: number,
): SparseRow {
  const members = [row, ...near[row]!.subarray(0, k2 - 1)];
  const sums = new Map<number, number>();
  for (const member of members) {
    const { columns, weights } = rows[member]!;
    columns.forEach((column, i) => {
      sums.set(column, (sums.get(column) ?? 0) + weights[i]!);
    });
  }
  const columns = Int32Array.from(sums.keys()).sort();
  const weights = Float64Array.from(columns, (column) => sums.get(column)! / members.length);
  return { columns, weights };
}

/** For each column the rows from `first` on that have a weight there. */
function holdersOf(
  rows: readonly SparseRow[],
  first: number,
): { rows: number[]; weights: number[] }[] {
  const holders = rows.map(() => ({ rows: [] as number[], weights: [] as number[] }));
  for (let row = first; row < rows.length; row++) {
    const { columns, weights } = rows[row]!;
    columns.forEach((column, i) => {
      holders[column]!.rows.push(row);
      holders[column]!.weights.push(weights[i]!);
    });
  }
  return holders;
}

/** Distances that are there at a time: 32 MB. */
const blockSize = 2 ** 23;

/** The distances of the first `queries` rows to all rows, a block of rows after the other, and the largest of each row. */
async function* blocksOf(
  all: EmbeddingRows,
  queries: number,
  distance: Distance,
): AsyncGenerator<{ start: number; values: Float32Array; width: number; most: Float32Array }> {
  const [count, dims] = all.shape;
  const atOnce = Math.max(1, Math.floor(blockSize / count));
  const whole = tensor2d(all.data, [count, dims]);
  try {
    for (let start = 0; start < queries; start += atOnce) {
      const end = Math.min(start + atOnce, queries);
      const [matrix, largest] = tidy(() => {
        const part = tensor2d(all.data.subarray(start * dims, end * dims), [end - start, dims]);
        const measured = distance.matrix(part, whole);
        const apart = distance.inverted ? sub<Tensor2D>(1, measured) : measured;
        return [apart, max(apart, 1)] as const;
      });
      try {
        const values = (await matrix.data()) as Float32Array;
        yield { start, values, width: count, most: (await largest.data()) as Float32Array };
      } finally {
        matrix.dispose();
        largest.dispose();
      }
    }
  } finally {
    whole.dispose();
  }
}

function isCosine({ search }: Distance): boolean {
  return search?.metric === 'cosine';
}

function checkDistanceFromZero(where: string, distance: Distance): void {
  if (distanceFromZero.accepts(distance)) return;
  throw new MetricLearningError({
    where,
    expected: `distance to be ${distanceFromZero.expected} for re-ranking`,
    got: `${distance.name}()`,
  });
}
