import type { ClassNames } from '../charts/classNames.ts';
import { anyText, nameList, namesById } from '../charts/internal/chartRules.ts';
import type { Dataset } from '../data/dataset.ts';
import type { CalibrationGoal } from '../evaluation/calibrateThreshold.ts';
import { callback, either, flag, oneOf, recordLike, wholeNumber } from '../internal/optionKinds.ts';
import {
  made,
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
} from '../internal/readOptions.ts';
import { abortSignal } from '../projection/internal/abortSignal.ts';
import type { SearchDistance } from '../search/searchDistance.ts';
import type { MapKind } from './findings/mapOf.ts';
import type { ReportHistory } from './historyParts.ts';

export interface ReportOptions {
  /** Heading of the page. Default `Embedding report`. */
  title?: string;
  /** What `fit` returned: losses, and the validation metrics of each epoch, as curves. Default: none. */
  history?: ReportHistory;
  /** Examples that queries look for their nearest neighbors among, such as the gallery of a shop. Default: the other examples of the data. */
  reference?: Dataset;
  /** Names of the classes by class id. Default: the ids. */
  names?: ClassNames;
  /** A line of text about each example, such as its file name. Default: none. */
  captions?: readonly string[];
  /**
   * How the map is made: `pca` takes no time; `tsne`, or `umap` (with the package `umap-js`), take about 20 s for 10,000
   * examples. Default `pca`.
   */
  map?: MapKind;
  /** Whether a map of the raw examples stands beside that of the embeddings. Default true. */
  before?: boolean;
  /**
   * Size of the images that the examples are: [height, width] or [height, width, 1, 3 or 4]; false if they are no images.
   * Default: what the input shape suggests.
   */
  images?: readonly number[] | false;
  /** How embeddings are compared. Default `euclidean`, which ranks as `squaredEuclidean` does and is easier to read. */
  distance?: SearchDistance;
  /** What the threshold is chosen for. Default `f1`. */
  goal?: CalibrationGoal;
  /** Number of neighbors that vote in the confusion matrix. Default 1. */
  k?: number;
  /** Number of examples looked at, at most; of more, this many are drawn at random, and the page says so. Default 10,000. */
  limit?: number;
  /** Number of examples embedded at a time. Default 256. */
  batchSize?: number;
  /** Seed of the random numbers. Default 0. */
  seed?: number;
  /** Called with the part at work, how much of it is done, and how much it is in all. */
  onProgress?: (part: string, done: number, total: number) => void;
  /** When the signal is aborted, the page has what was found by then, and says what is missing. */
  signal?: AbortSignal;
}

type Open =
  | 'title'
  | 'history'
  | 'reference'
  | 'names'
  | 'captions'
  | 'images'
  | 'onProgress'
  | 'signal';

const reportRules: OptionTable<ReportOptions, Open> = {
  title: optional(anyText),
  history: optional(recordLike('what await model.fit(..) returns')),
  reference: optional(recordLike('{ examples, labels }')),
  names: optional(namesById),
  captions: optional(nameList),
  map: preset('pca', oneOf('pca', 'tsne', 'umap')),
  before: preset(true, flag),
  images: optional({
    expected: 'false, [height, width] or [height, width, 1, 3 or 4]',
    accepts: (value) => value === false || Array.isArray(value),
  }),
  distance: preset('euclidean', oneOf('squaredEuclidean', 'euclidean', 'cosine', 'dot')),
  goal: made<CalibrationGoal>(
    () => 'f1',
    either(oneOf('f1', 'accuracy'), recordLike('{ far: 0.01 }')),
  ),
  k: preset(1, wholeNumber(1)),
  limit: preset(10_000, wholeNumber(4)),
  batchSize: preset(256, wholeNumber(1)),
  seed: preset(0, wholeNumber(0)),
  onProgress: optional(callback('(part, done, total) => ..')),
  signal: optional(abortSignal),
};

/** The options, checked, with their defaults. */
export function withDefaults(
  where: string,
  options: ReportOptions,
): OptionValues<typeof reportRules> {
  return readOptions(where, reportRules, options);
}
