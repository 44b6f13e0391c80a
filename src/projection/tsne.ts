import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkBetween, checkInteger } from '../internal/checks.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { nearestNeighbors } from '../search/exact/nearestNeighbors.ts';
import { affinities } from './internal/affinities.ts';
import { covarianceOf } from './internal/covariance.ts';
import { embedAffinities } from './internal/embedAffinities.ts';
import { leadingAxes } from './internal/leadingAxes.ts';
import { project } from './pca.ts';

export interface TsneOptions {
  /** How many neighbours each example attends to. Default 30, less for fewer than 91 examples. */
  perplexity?: number;
  /** Steps, of which the first third (250 at most) draw clusters together. Default 750. */
  iterations?: number;
  /** For the start, where the data has no axes of its own. Default 0. */
  seed?: number;
  /** Angle (0 to 1) below which a group of points counts as one: 0 is exact, larger faster. Default 0.5. */
  theta?: number;
  /** Called after each step with the number done, and of all. */
  onProgress?: (done: number, total: number) => void;
  /** When it is aborted, the map as it stands is returned. */
  signal?: AbortSignal;
}

export interface Tsne {
  /** x0, y0, x1, y1 .. */
  readonly points: Float32Array;
  /** Kullback-Leibler divergence between neighbourhoods in the data and in the map: what was made small. */
  readonly divergence: number;
}

const mostDims = 30; // more are first reduced by PCA: neighbours hardly change, and are found faster
const enough = 1e-4; // the axes of that reduction need not be exact

/**
 * A map of [count, features] in which neighbours stay neighbours: t-SNE, with far points taken together (Barnes-Hut).
 *
 * Starts from the first two principal axes, so that the arrangement of clusters means something and maps are alike from
 * run to run; the same data and seed give the same bits. 10,000 examples take about 20 seconds, and pauses let other
 * work go on meanwhile.
 *
 * @throws MetricLearningError if the data is not finite, there are fewer than 4 rows, or the perplexity is not from 1 to
 * a third of what rows there are besides one's own.
 * @see van der Maaten: Accelerating t-SNE using Tree-Based Algorithms, JMLR 2014. https://jmlr.org/papers/v15/vandermaaten14a.html
 * @see Kobak, Berens: The art of using t-SNE for single-cell transcriptomics, 2019. https://doi.org/10.1038/s41467-019-13056-x
 */
export async function tsne(data: Embeddings, options: TsneOptions = {}): Promise<Tsne> {
  const where = 'tsne';
  checkOptions(where, options, [
    'perplexity',
    'iterations',
    'seed',
    'theta',
    'onProgress',
    'signal',
  ]);
  const rows = await readEmbeddings(where, 'data', data);
  const count = rows.shape[0];
  if (count < 4) {
    throw new MetricLearningError({ where, expected: 'at least 4 rows', got: `${count}` });
  }
  const most = (count - 1) / 3;
  const { perplexity = Math.min(30, most), iterations = 750, theta = 0.5, seed = 0 } = options;
  checkBetween(where, 'perplexity', perplexity, 1, most);
  checkInteger(where, 'iterations', iterations);
  checkBetween(where, 'theta', theta, 0, 1);

  const random = createRandom(seed);
  const reduced = reduce(rows, random);
  const k = Math.min(count - 1, Math.floor(3 * perplexity));
  const nearest = await nearestNeighbors(reduced, reduced, k, {
    distance: 'squaredEuclidean',
    excludeSelf: true,
  });
  const start = startPoints(reduced, random);
  return embedAffinities(affinities(nearest, perplexity), start, {
    ...options,
    iterations,
    theta,
  });
}

/** The data along its main axes, at most 30 of them; the first two come first. */
function reduce(rows: EmbeddingRows, random: Random): EmbeddingRows {
  const dims = Math.min(mostDims, rows.shape[1]);
  const covariance = covarianceOf(rows);
  const { components } = leadingAxes(covariance, dims, random, enough);
  const points = project(rows, covariance.mean, components, dims);
  return { data: points, shape: [rows.shape[0], dims] };
}

/** The first two axes, so small that all distances between points are still alike. */
function startPoints({ data, shape: [count, dims] }: EmbeddingRows, random: Random): Float64Array {
  const points = new Float64Array(2 * count);
  let square = 0;
  for (let i = 0; i < count; i++) square += (data[i * dims] as number) ** 2;
  const scale = square > 0 ? 1e-4 / Math.sqrt(square / count) : 0;
  for (let i = 0; i < points.length; i++) {
    const axis = i % 2;
    const value = axis < dims ? (data[(i >> 1) * dims + axis] as number) : 0;
    points[i] = scale * value + 1e-6 * (random.next() - 0.5); // duplicates must be able to part
  }
  return points;
}
