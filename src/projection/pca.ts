import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { recordLike, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { createRandom } from '../random/createRandom.ts';
import { alignAxes } from './internal/alignAxes.ts';
import { covarianceOf } from './internal/covariance.ts';
import { leadingAxes } from './internal/leadingAxes.ts';

export interface PcaOptions {
  /** Number of axes to keep. Default 2. */
  dims?: number;
  /** Where the search for the axes begins; the result hardly depends on it. Default 0. */
  seed?: number;
  /**
   * A projection made before, to which the axes are turned as near as can be, so that a map of a network that learns moves
   * without jumps. By the points where they are equally many, row by row the same examples; else by the components.
   * Default: none.
   */
  like?: Pca;
}

const pcaRules: OptionTable<PcaOptions, 'like'> = {
  dims: preset(2, wholeNumber(1)),
  seed: preset(0, wholeNumber(0)),
  like: optional(recordLike('what pca returned before')),
};

/** Data along the directions in which it varies most. */
export interface Pca {
  /** Coordinates [count, dims], row-major: x0, y0, x1, y1 and so on for two dims. */
  readonly points: Float32Array;
  /** Share of the whole variance along each axis, from 0 to 1, in descending order. */
  readonly explained: Float64Array;
  /** The axes as unit vectors [dims, features], row-major; 0 where the data has no more variance. */
  readonly components: Float64Array;
  /** Mean of the data, [features]. */
  readonly mean: Float64Array;
}

/**
 * Principal component analysis of data of shape [count, features].
 *
 * Each axis points to where its largest entry is positive, so that maps do not flip from run to run; the same data and
 * seed give the same bits. With `like`, the axes are those of an earlier map as nearly as can be, and `explained` is no longer
 * in descending order. The variances along the axes are exact to eight digits. 10,000 MNIST images take about a
 * second.
 *
 * @throws MetricLearningError if the data is not finite, or has fewer features than `dims`.
 * @example
 * const { points, explained } = await pca(embeddings); // a tensor [count, features]
 * const svg = embeddingMapSvg({ points, labels });
 */
export async function pca(data: Embeddings, options: PcaOptions = {}): Promise<Pca> {
  const { dims, seed, like } = readOptions('pca', pcaRules, options);
  const rows = await readEmbeddings('pca', 'data', data);
  if (rows.shape[1] < dims) {
    throw new MetricLearningError({
      where: 'pca',
      expected: `data with at least ${dims} features, one for each axis`,
      got: `shape [${rows.shape}]`,
      fix: `Pass dims: ${rows.shape[1]}, or data with more features.`,
    });
  }
  const covariance = covarianceOf(rows);
  const { mean, variance } = covariance;
  const { components, variances } = leadingAxes(covariance, dims, createRandom(seed));
  const own: Pca = {
    points: project(rows, mean, components, dims),
    explained: variances.map((v) => (variance === 0 ? 0 : Math.min(1, Math.max(0, v / variance)))),
    components,
    mean,
  };
  return like === undefined ? own : turned(own, checkLike(like, own, dims), dims);
}

/** The same plane with other axes in it. */
function turned(own: Pca, like: Pca, dims: number): Pca {
  const turn = alignAxes(own, like, dims);
  const features = own.mean.length;
  const components = new Float64Array(dims * features);
  const explained = new Float64Array(dims);
  const points = new Float32Array(own.points.length);
  for (let j = 0; j < dims; j++) {
    for (let i = 0; i < dims; i++) {
      const share = turn[i * dims + j]!;
      explained[j]! += share * share * own.explained[i]!; // the axes do not correlate
      for (let f = 0; f < features; f++) {
        components[j * features + f]! += share * own.components[i * features + f]!;
      }
      for (let row = j, from = i; row < points.length; row += dims, from += dims) {
        points[row]! += share * own.points[from]!;
      }
    }
  }
  return { points, explained, components, mean: own.mean };
}

function checkLike(like: Pca, own: Pca, dims: number): Pca {
  const { points, components } = like;
  const sameDims =
    components instanceof Float64Array && components.length / dims === like.mean?.length;
  if (sameDims && points instanceof Float32Array) {
    if (points.length === own.points.length || components.length === own.components.length) {
      return like;
    }
  }
  throw new MetricLearningError({
    where: 'pca',
    expected: `like to be what pca returned before with dims: ${dims}, of as many rows or features`,
    got: sameDims
      ? `one of ${points.length / dims} rows and ${like.mean.length} features`
      : show(like),
  });
}

/** Coordinates of the rows along the axes, [count, dims]. */
export function project(
  { data, shape: [count, features] }: EmbeddingRows,
  mean: Float64Array,
  components: Float64Array,
  dims: number,
): Float32Array {
  const points = new Float32Array(count * dims);
  for (let row = 0; row < count; row++) {
    for (let d = 0; d < dims; d++) {
      let sum = 0;
      for (let f = 0; f < features; f++) {
        sum += (data[row * features + f]! - mean[f]!) * components[d * features + f]!;
      }
      points[row * dims + d] = sum;
    }
  }
  return points;
}
