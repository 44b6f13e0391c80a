import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { squaredDistance } from '../internal/squaredDistance.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { distanceBlocks } from '../search/exact/distanceBlocks.ts';
import { createProducts } from '../search/exact/products.ts';
import { createSearchSpace } from '../search/exact/searchSpace.ts';

export interface KMeansOptions {
  seed: number;
  /** How often to begin anew; the run of least inertia is returned. Default 5. */
  restarts?: number;
  /** The most rounds of a run. Default 100. */
  iterations?: number;
}

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
 * runs empty takes the row farthest from its center.
 *
 * @throws MetricLearningError if there are fewer than k rows, or a row is not finite.
 * @see Arthur, Vassilvitskii: k-means++, SODA 2007.
 */
export async function kMeans(
  embeddings: Embeddings,
  k: number,
  options: KMeansOptions,
): Promise<KMeans> {
  const where = 'kMeans';
  checkOptions(where, options, ['seed', 'restarts', 'iterations']);
  const { seed, restarts = 5, iterations = 100 } = options;
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  checkInteger(where, 'k', k);
  checkInteger(where, 'restarts', restarts);
  checkInteger(where, 'iterations', iterations);
  if (k > rows.shape[0]) {
    throw new MetricLearningError({
      where,
      expected: `k to be at most the number of embeddings (${rows.shape[0]})`,
      got: `k: ${k}`,
    });
  }
  const random = createRandom(seed).fork('kMeans');
  let best: KMeans | undefined;
  for (let run = 0; run < restarts; run++) {
    const found = await lloyd(rows, drawCenters(rows, k, random), iterations);
    if (best === undefined || found.inertia < best.inertia) best = found;
  }
  return best as KMeans;
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

/** Each next center is a row, drawn in proportion to its squared distance from the nearest center so far. */
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
      nearest[i] = Math.min(nearest[i] as number, distance);
      sum += nearest[i] as number;
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
  const space = createSearchSpace('kMeans', centers, 'squaredEuclidean');
  const products = createProducts(space.rows);
  try {
    for await (const block of distanceBlocks(space, space.prepare(rows), products)) {
      for (let i = 0; i < block.count; i++) {
        let best = 0;
        for (let c = 1; c < k; c++) {
          const distance = block.distances[i * k + c] as number;
          if (distance < (block.distances[i * k + best] as number)) best = c;
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
    sizes[c] = (sizes[c] as number) + 1;
    for (let d = 0; d < dims; d++) {
      sums[c * dims + d] = (sums[c * dims + d] as number) + (rows.data[i * dims + d] as number);
    }
  });
  const data = Float32Array.from(sums, (sum, at) => sum / (sizes[Math.floor(at / dims)] as number));
  if (sizes.includes(0)) {
    const far = distancesTo(rows, centers, clusters);
    const farthestFirst = Array.from(far.keys()).sort(
      (a, b) => (far[b] as number) - (far[a] as number),
    );
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
