import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceCode } from '../distances/distanceFromConfig.ts';
import { distanceRule } from '../distances/distanceOption.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger } from '../internal/checks.ts';
import { seed, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../internal/readOptions.ts';
import { squaredDistance } from '../internal/squaredDistance.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { distanceBlocks } from '../search/exact/distanceBlocks.ts';
import { lengthsOf } from '../search/exact/exactDistance.ts';
import { createProducts } from '../search/exact/products.ts';
import { moved } from '../search/exact/rows.ts';
import { createSearchSpace } from '../search/exact/searchSpace.ts';

export interface KMeansOptions {
  /** Determines the first centers. */
  seed: number;
  /** The number of runs; the run of least inertia is returned. Default 5. */
  restarts?: number;
  /** The most rounds of a run. Default 100. */
  iterations?: number;
  /**
   * The Euclidean distance whose squares are minimized: `lpDistance()` or `cosineSimilarity()` for unit vectors,
   * `lpDistance({ normalize: false })` for the rows as they are. Default: `lpDistance()`.
   */
  distance?: Distance;
}

export const kMeansOptions: OptionTable<KMeansOptions> = {
  seed: required(seed),
  restarts: preset(5, wholeNumber(1)),
  iterations: preset(100, wholeNumber(1)),
  distance: distanceRule,
};

export interface KMeans {
  /** The cluster of each row, from 0 to k - 1. */
  readonly clusters: Int32Array;
  /** The mean of each cluster: [k, dims]. */
  readonly centers: EmbeddingRows;
  /** Sum of squared distances of the rows to their center. */
  readonly inertia: number;
}

/**
 * Groups embeddings [count, dims] into k clusters: Lloyd's algorithm from centers that k-means++ draws. A cluster that
 * runs empty gets the row farthest from its center.
 *
 * By default the unit vectors of the embeddings are grouped, as the losses measure them; centers and inertia are of
 * what is grouped.
 *
 * @throws MetricLearningError if there are fewer than k rows, a row is not finite, or an option is unknown or out of
 * its range.
 * @example
 * const { clusters } = await kMeans(embeddings, 10, { seed: 0 }); // the cluster of each row
 * @see Arthur, Vassilvitskii: k-means++, SODA 2007.
 */
export async function kMeans(
  embeddings: Embeddings,
  k: number,
  options: KMeansOptions,
): Promise<KMeans> {
  const where = 'kMeans';
  const {
    seed: first,
    restarts,
    iterations,
    distance,
  } = readOptions(where, kMeansOptions, options);
  const rows = clusteredRows(
    where,
    await readEmbeddings(where, 'embeddings', embeddings),
    distance,
  );
  checkInteger(where, 'k', k);
  if (k > rows.shape[0]) {
    throw new MetricLearningError({
      where,
      expected: `k to be at most the number of embeddings (${rows.shape[0]})`,
      got: `k: ${k}`,
    });
  }
  const random = createRandom(first).fork('kMeans');
  let best: KMeans | undefined;
  for (let run = 0; run < restarts; run++) {
    const found = await lloyd(rows, drawCenters(rows, k, random), iterations);
    if (best === undefined || found.inertia < best.inertia) best = found;
  }
  return best as KMeans;
}

/** The rows whose Euclidean distances are the distances to minimize. */
function clusteredRows(where: string, rows: EmbeddingRows, distance: Distance): EmbeddingRows {
  const { search } = distance;
  if (search === undefined || search.metric === 'dot') {
    throw new MetricLearningError({
      where,
      expected:
        'distance to be Euclidean: lpDistance with p 2 and power 1 or 2, or cosineSimilarity',
      got: distanceCode(distance),
    });
  }
  if (!search.normalize) return rows;
  const factors = Float64Array.from(lengthsOf(rows, search), ({ factor }) => factor);
  return moved(rows, new Float64Array(rows.shape[1]), factors);
}

async function lloyd(
  rows: EmbeddingRows,
  start: EmbeddingRows,
  iterations: number,
): Promise<KMeans> {
  let centers = start;
  let clusters = await nearestCenters(rows, centers);
  for (let round = 0; round < iterations; round++) {
    centers = meansOf(rows, clusters, centers);
    const next = await nearestCenters(rows, centers);
    const done = next.every((cluster, i) => cluster === clusters[i]);
    clusters = next;
    if (done) break;
  }
  return {
    clusters,
    centers,
    inertia: distancesTo(rows, centers, clusters).reduce((a, b) => a + b, 0),
  };
}

/** Draws rows as centers: each next one in proportion to its squared distance from the nearest center so far. */
function drawCenters(rows: EmbeddingRows, k: number, random: Random): EmbeddingRows {
  const [count, dims] = rows.shape;
  const data = new Float32Array(k * dims);
  const centers: EmbeddingRows = { data, shape: [k, dims] };
  const nearest = new Float64Array(count).fill(Infinity);
  let row = random.integer(count);
  for (let c = 0; c < k; c++) {
    data.set(rows.data.subarray(row * dims, (row + 1) * dims), c * dims);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const distance = squaredDistance(rows.data, i, centers.data, c, dims);
      nearest[i] = Math.min(nearest[i]!, distance);
      sum += nearest[i]!;
    }
    let left = random.next() * sum;
    row = nearest.findIndex((distance) => {
      left -= distance;
      return left < 0;
    });
    if (row < 0) row = random.integer(count); // fewer different rows than centers
  }
  return centers;
}

async function nearestCenters(rows: EmbeddingRows, centers: EmbeddingRows): Promise<Int32Array> {
  const clusters = new Int32Array(rows.shape[0]);
  const k = centers.shape[0];
  const space = createSearchSpace('kMeans', centers, lpDistance({ normalize: false, power: 2 }));
  const products = createProducts('kMeans', space);
  try {
    for await (const block of distanceBlocks(space, space.prepare(rows), products)) {
      for (let i = 0; i < block.count; i++) {
        let best = 0;
        for (let c = 1; c < k; c++) {
          const distance = block.distances[i * k + c]!;
          if (distance < block.distances[i * k + best]!) best = c;
        }
        clusters[block.first + i] = best;
      }
    }
  } finally {
    products.dispose();
  }
  return clusters;
}

function meansOf(rows: EmbeddingRows, clusters: Int32Array, centers: EmbeddingRows): EmbeddingRows {
  const [k, dims] = centers.shape;
  const sums = new Float64Array(k * dims);
  const sizes = new Int32Array(k);
  clusters.forEach((c, i) => {
    sizes[c] = sizes[c]! + 1;
    for (let d = 0; d < dims; d++) {
      sums[c * dims + d] = sums[c * dims + d]! + rows.data[i * dims + d]!;
    }
  });
  const data = Float32Array.from(sums, (sum, at) => sum / sizes[Math.floor(at / dims)]!);
  if (sizes.includes(0)) {
    const far = distancesTo(rows, centers, clusters);
    const farthestFirst = Array.from(far.keys()).sort((a, b) => far[b]! - far[a]!);
    sizes.forEach((size, c) => {
      if (size > 0) return;
      const row = farthestFirst.shift() as number;
      data.set(rows.data.subarray(row * dims, (row + 1) * dims), c * dims);
    });
  }
  return { data, shape: centers.shape };
}

/** The squared distance of each row to the center of its cluster. */
function distancesTo(
  rows: EmbeddingRows,
  centers: EmbeddingRows,
  clusters: Int32Array,
): Float64Array {
  return Float64Array.from(clusters, (c, i) =>
    squaredDistance(rows.data, i, centers.data, c, rows.shape[1]),
  );
}
