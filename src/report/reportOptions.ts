import type { ClassNames } from '../charts/classNames.ts';
import type { Dataset } from '../data/dataset.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { CalibrationGoal } from '../evaluation/calibrateThreshold.ts';
import { checkInteger, show } from '../internal/checks.ts';
import { checkSearchDistance, type SearchDistance } from '../search/searchDistance.ts';
import type { MapKind } from './findings/mapOf.ts';
import type { ReportHistory } from './historyParts.ts';

export interface ReportOptions {
  /** Default `Embedding report`. */
  title?: string;
  /** What `fit` returned: loss curves, and those of its validation metrics. */
  history?: ReportHistory;
  /** Where examples look for their like, e.g. the gallery of a shop. Default: among the other examples. */
  reference?: Dataset;
  /** Names of the classes by class id. Default: their ids. */
  names?: ClassNames;
  /** A line of text about each example, such as its file name. */
  captions?: readonly string[];
  /** How the map is made: `pca` at once; `tsne`, or `umap` (with the package `umap-js`), about 20 s for 10,000. Default `pca`. */
  map?: MapKind;
  /** Shows the raw examples as a map beside the embeddings. Default true. */
  before?: boolean;
  /**
   * Size of the images that the examples are: [height, width] or [height, width, 1, 3 or 4]; false for none. Default: as the
   * input shape suggests.
   */
  images?: readonly number[] | false;
  /** Default `euclidean`, which ranks as `squaredEuclidean` does and is easier to read. */
  distance?: SearchDistance;
  /** What the threshold is for. Default `f1`. */
  goal?: CalibrationGoal;
  /** Neighbours that vote in the confusion matrix. Default 1. */
  k?: number;
  /** The most examples looked at; of more, as many are drawn at random, and the page says so. Default 10,000. */
  limit?: number;
  /** Examples embedded at a time. Default 256. */
  batchSize?: number;
  /** For whatever is drawn. Default 0. */
  seed?: number;
  /** Tells which part is at work, and how far it is. */
  onProgress?: (part: string, done: number, total: number) => void;
  /** When it is aborted, the page has what was found by then, and says what is missing. */
  signal?: AbortSignal;
}

const mapKinds: readonly MapKind[] = ['pca', 'tsne', 'umap'];

/** The options that have defaults. */
type Defaulted = 'map' | 'distance' | 'goal' | 'k' | 'limit' | 'batchSize' | 'seed' | 'before';

/** Those options with their defaults, checked. */
export function withDefaults(
  where: string,
  options: ReportOptions,
): Required<Pick<ReportOptions, Defaulted>> {
  const { map = 'pca', distance = 'euclidean', goal = 'f1', k = 1 } = options;
  const { limit = 10_000, batchSize = 256, seed = 0, before = true } = options;
  if (!mapKinds.includes(map)) {
    throw new MetricLearningError({
      where,
      expected: `map to be one of ${mapKinds.join(', ')}`,
      got: show(map),
    });
  }
  checkSearchDistance(where, distance);
  checkInteger(where, 'k', k);
  checkInteger(where, 'limit', limit, 4);
  checkInteger(where, 'batchSize', batchSize);
  checkInteger(where, 'seed', seed, 0);
  return { map, distance, goal, k, limit, batchSize, seed, before };
}
