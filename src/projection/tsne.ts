import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { lpDistance } from '../distances/lpDistance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkBetween } from '../internal/checks.ts';
import { abortSignal, atLeast, between, callback, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { createRandom, type Random } from '../random/createRandom.ts';
import { nearestNeighbors } from '../search/exact/nearestNeighbors.ts';
import { affinities } from './internal/affinities.ts';
import { covarianceOf } from './internal/covariance.ts';
import { embedAffinities } from './internal/embedAffinities.ts';
import { leadingAxes } from './internal/leadingAxes.ts';
import { project } from './pca.ts';

export interface TsneOptions {
  /** How many neighbors each example attends to: 1 to (count - 1) / 3; 5 to 50 is usual. Default: 30, less for fewer than 91 examples. */
  perplexity?: number;
  /** Number of steps, of which the first third (250 at most) draw clusters together. Default 750. */
  iterations?: number;
  /** Seed of the random numbers for the start, where the data has no axes of its own. Default 0. */
  seed?: number;
  /** Angle from 0 to 1 below which a group of points counts as one: 0 is exact, larger is faster. Default 0.5. */
  theta?: number;
  /** Called after each step with the number of steps done, and of all. */
  onProgress?: (done: number, total: number) => void;
  /** When the signal is aborted, the map as it stands is returned. */
  signal?: AbortSignal;
}

const tsneRules: OptionTable<TsneOptions, 'perplexity' | 'onProgress' | 'signal'> = {
  perplexity: optional(atLeast(1)),
  iterations: preset(750, wholeNumber(1)),
  seed: preset(0, wholeNumber(0)),
  theta: preset(0.5, between(0, 1)),
  onProgress: optional(callback('(done, total) => ..')),
  signal: optional(abortSignal),
};

export interface Tsne {
  /** One point an example: x0, y0, x1, y1 and so on. */
  readonly points: Float32Array;
  /** Kullback-Leibler divergence between the neighborhoods in the data and in the map, which t-SNE makes small. */
  readonly divergence: number;
}

const mostDims = 30; // more are first reduced by PCA: neighbors hardly change, and are found faster
const enough = 1e-4; // the axes of that reduction need not be exact

/**
 * A map of data of shape [count, features] in which neighbors stay neighbors: t-SNE, with far points taken together
 * (Barnes-Hut).
 *
 * The layout starts from the first two principal axes, so that the arrangement of clusters means something and maps are
 * alike from run to run; the same data and seed give the same bits. 10,000 examples take about 20 seconds, and pauses let
 * other work go on meanwhile.
 *
 * @throws MetricLearningError if the data is not finite, there are fewer than 4 rows, or the perplexity is more than a
 * third of the other rows.
 * @example
 * const { points } = await tsne(embeddings, { onProgress: (done, total) => console.log(done, total) });
 * const svg = embeddingMapSvg({ points, labels });
 * @see van der Maaten: Accelerating t-SNE using Tree-Based Algorithms, JMLR 2014. https://jmlr.org/papers/v15/vandermaaten14a.html
 * @see Kobak, Berens: The art of using t-SNE for single-cell transcriptomics, 2019. https://doi.org/10.1038/s41467-019-13056-x
 */
export async function tsne(data: Embeddings, options: TsneOptions = {}): Promise<Tsne> {
  const where = 'tsne';
  const { iterations, theta, seed, onProgress, signal, ...chosen } = readOptions(
    where,
    tsneRules,
    options,
  );
  const rows = await readEmbeddings(where, 'data', data);
  const count = rows.shape[0];
  if (count < 4) {
    throw new MetricLearningError({
      where,
      expected: 'data with at least 4 rows',
      got: `${count} rows`,
    });
  }
  const most = (count - 1) / 3;
  const { perplexity = Math.min(30, most) } = chosen;
  checkBetween(where, 'perplexity', perplexity, 1, most);

  const random = createRandom(seed);
  const reduced = reduce(rows, random);
  const k = Math.min(count - 1, Math.floor(3 * perplexity));
  const nearest = await nearestNeighbors(reduced, reduced, k, {
    distance: lpDistance({ normalize: false, power: 2 }),
    excludeSelf: true,
  });
  const start = startPoints(reduced, random);
  return embedAffinities(affinities(nearest, perplexity), start, {
    iterations,
    theta,
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
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
  for (let i = 0; i < count; i++) square += data[i * dims]! ** 2;
  const scale = square > 0 ? 1e-4 / Math.sqrt(square / count) : 0;
  for (let i = 0; i < points.length; i++) {
    const axis = i % 2;
    const value = axis < dims ? data[(i >> 1) * dims + axis]! : 0;
    points[i] = scale * value + 1e-6 * (random.next() - 0.5); // duplicates must be able to part
  }
  return points;
}
