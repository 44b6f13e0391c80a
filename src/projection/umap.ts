import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import type { Distance } from '../distances/distance.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkBetween, checkInteger } from '../internal/checks.ts';
import { missingPackage } from '../internal/missingPackage.ts';
import { yieldToEvents } from '../internal/yieldToEvents.ts';
import { createRandom } from '../random/createRandom.ts';
import { nearestNeighbors } from '../search/exact/nearestNeighbors.ts';
import { pca } from './pca.ts';

export interface UmapOptions {
  /** How many nearest examples, itself included, each example attends to: 2 to count - 1; 5 to 50 is usual. Default 15, or all others where there are fewer. */
  neighbors?: number;
  /** How near points may come to each other, from 0 to 1: small makes tight clusters. Default 0.1. */
  minDist?: number;
  /** Number of passes over the neighborhoods. Default: 200 from 7,500 examples on, up to 500 for few. */
  epochs?: number;
  /** How far two rows are apart. Default: `lpDistance({ normalize: false })`, Euclidean between the rows as they are. */
  distance?: Distance;
  /** Seed of the random numbers. Default 0. */
  seed?: number;
  /** Called after each epoch with the number of epochs done, and of all. */
  onProgress?: (done: number, total: number) => void;
  /** When the signal is aborted, the map as it stands is returned. */
  signal?: AbortSignal;
}

const where = 'umap';
const instead = 'Install it (npm install umap-js), or use tsne or pca, which need no package.';
const reach = 10; // the start lies within -10 .. 10, as UMAP's own does
const pause = 100_000; // points moved between two pauses: some 50 ms

/**
 * A map of data of shape [count, features] in which neighbors stay neighbors: UMAP. The optional package `umap-js` does
 * the layout.
 *
 * The neighbors come from an exact search on the current backend, and the layout starts from the first two principal
 * axes, so that the arrangement of clusters means something; the same data and seed give the same points. 10,000
 * embeddings take about 20 seconds, and pauses let other work go on meanwhile.
 *
 * @returns `points`, one an example: x0, y0, x1, y1 and so on.
 * @throws MetricLearningError if `umap-js` is not installed, the data is not finite, has fewer than 4 rows, or no more
 * rows than `neighbors`.
 * @example
 * const { points } = await umap(embeddings, { neighbors: 30 });
 * const svg = embeddingMapSvg({ points, labels });
 * @see McInnes, Healy, Melville: UMAP, 2018. https://arxiv.org/abs/1802.03426
 */
export async function umap(
  data: Embeddings,
  options: UmapOptions = {},
): Promise<{ points: Float32Array }> {
  checkOptions(where, options, [
    'neighbors',
    'minDist',
    'epochs',
    'distance',
    'seed',
    'onProgress',
    'signal',
  ]);
  const {
    minDist = 0.1,
    distance = lpDistance({ normalize: false }),
    seed = 0,
    epochs,
    onProgress,
    signal,
  } = options;
  const rows = await readEmbeddings(where, 'data', data);
  const [count] = rows.shape;
  if (count < 4) {
    throw new MetricLearningError({
      where,
      expected: 'data with at least 4 rows',
      got: `${count} rows`,
    });
  }
  const { neighbors = Math.min(15, count - 1) } = options;
  checkInteger(where, 'neighbors', neighbors, 2);
  checkBetween(where, 'neighbors', neighbors, 2, count - 1);
  checkBetween(where, 'minDist', minDist, 0, 1);
  if (epochs !== undefined) checkInteger(where, 'epochs', epochs);

  const { UMAP } = await umapPackage();
  const layout = new UMAP({
    nNeighbors: neighbors,
    minDist,
    random: createRandom(seed).next,
    ...(epochs !== undefined && { nEpochs: epochs }),
  });
  const { indices, distances } = await neighborLists(rows, neighbors, distance);
  layout.setPrecomputedKNN(indices, distances);
  const total = layout.initializeFit(indices);
  const points = layout.getEmbedding();
  await startAtAxes(points, rows, seed);

  const every = Math.max(1, Math.round(pause / count));
  for (let epoch = 1; epoch <= total && !signal?.aborted; epoch++) {
    layout.step();
    onProgress?.(epoch, total);
    if (epoch % every === 0) await yieldToEvents();
  }
  return { points: Float32Array.from(layout.getEmbedding().flat()) };
}

/** The package `umap-js`. The import stands in a `try` block, so that bundlers accept that it may be missing. */
async function umapPackage(): Promise<typeof import('umap-js')> {
  try {
    const found: typeof import('umap-js') & { default?: typeof import('umap-js') } = await import(
      'umap-js'
    );
    return found.default ?? found; // it is CommonJS: some bundlers give all of it as the default export alone
  } catch (cause) {
    throw missingPackage(where, 'umap-js', instead, cause);
  }
}

/** Each example and its nearest others, nearest first, as lists. */
async function neighborLists(
  rows: EmbeddingRows,
  neighbors: number,
  distance: Distance,
): Promise<{ indices: number[][]; distances: number[][] }> {
  const k = neighbors - 1;
  const found = await nearestNeighbors(rows, rows, k, { distance, excludeSelf: true });
  const lists = (values: ArrayLike<number>, own: (i: number) => number): number[][] =>
    Array.from({ length: rows.shape[0] }, (_, i) => [
      own(i),
      ...Array.prototype.slice.call(values, i * k, (i + 1) * k),
    ]);
  return { indices: lists(found.indices, (i) => i), distances: lists(found.distances, () => 0) };
}

/** Moves the points, which lie at random, to the first two axes of the data, keeping a little of the chance. */
async function startAtAxes(points: number[][], rows: EmbeddingRows, seed: number): Promise<void> {
  if (rows.shape[1] < 2) return;
  const axes = await pca(rows, { seed });
  const largest = axes.points.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return;
  points.forEach((point, i) => {
    for (let axis = 0; axis < 2; axis++) {
      const along = (reach * axes.points[2 * i + axis]!) / largest;
      point[axis] = along + 1e-3 * point[axis]!; // duplicates must be able to part
    }
  });
}
