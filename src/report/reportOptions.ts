import type { ClassNames } from '../charts/classNames.ts';
import { anyText, nameList, namesById } from '../charts/internal/chartRules.ts';
import type { Dataset } from '../data/dataset.ts';
import type { LazyDataset } from '../data/lazyDataset.ts';
import type { Distance } from '../distances/distance.ts';
import { distanceKind } from '../distances/distanceOption.ts';
import { type CalibrationGoal, goalKind } from '../evaluation/calibrateThreshold.ts';
import {
  abortSignal,
  callback,
  flag,
  type OptionKind,
  oneOf,
  recordLike,
  wholeNumber,
} from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset } from '../internal/readOptions.ts';
import type { MapKind } from './findings/mapOf.ts';
import type { ReportHistory } from './historyParts.ts';
import type { InputDataset } from './reportModel.ts';

export interface ReportOptions {
  /** The title of the page. Default 'Embedding report'. */
  title?: string;
  /** What `fit` returned: the page shows the curves of the losses and of the validation metrics. Default: no curves. */
  history?: ReportHistory;
  /** Where the examples search, e.g. the gallery of a shop. Default: among the other examples. */
  reference?: Dataset | InputDataset | LazyDataset;
  /** The names of the classes by class id. Default: those of the data set or of the model, else the ids. */
  names?: ClassNames;
  /** A line of text about each example, such as its file name. Default: those of the data set. */
  captions?: readonly string[];
  /**
   * How the map is made: 'pca' at once; 'tsne', or 'umap' with the package `umap-js`, in about 20 s for 10,000 examples.
   * Default 'pca'.
   */
  map?: MapKind;
  /** Shows a map of the raw examples beside the map of the embeddings. Default true. */
  before?: boolean;
  /**
   * The size of the images, if the examples are images: [height, width] or [height, width, 1, 3 or 4]; false if they are
   * none. Default: what the input shape suggests.
   */
  images?: readonly number[] | false;
  /**
   * How far two embeddings are apart. Default: the distance of the model, where the model has one; else `lpDistance()`,
   * Euclidean between unit vectors.
   */
  distance?: Distance;
  /** What the threshold is chosen for, as in `calibrateThreshold`. Default 'f1'. */
  goal?: CalibrationGoal;
  /** The number of neighbors that vote in the confusion matrix. Default 1. */
  k?: number;
  /** The most examples; of a larger data set this many are drawn at random, and the page says so. Default 10000. */
  limit?: number;
  /** The number of examples that are embedded at a time. Default 256. */
  batchSize?: number;
  /** Determines all random draws. Default 0. */
  seed?: number;
  /** Called with the name of the part that is computed, and how far it is. Default: none. */
  onProgress?: (part: string, done: number, total: number) => void;
  /** Stops early: the page then has what was computed by then, and says what is missing. Default: none. */
  signal?: AbortSignal;
}

/** A size, or false; `imageSize` says what is wrong with one. */
const imagesKind: OptionKind<readonly number[] | false> = {
  expected: 'false, or [height, width] or [height, width, 1, 3 or 4]',
  accepts: (value) => value === false || Array.isArray(value),
};

export const reportOptions: OptionTable<
  ReportOptions,
  'history' | 'reference' | 'names' | 'captions' | 'images' | 'distance' | 'onProgress' | 'signal'
> = {
  title: preset('Embedding report', anyText),
  history: optional(recordLike<ReportHistory>('what fit returns')),
  reference: optional(recordLike('{ examples, labels }')),
  names: optional(namesById),
  captions: optional(nameList),
  map: preset('pca', oneOf('pca', 'tsne', 'umap')),
  before: preset(true, flag),
  images: optional(imagesKind),
  distance: optional(distanceKind),
  goal: preset('f1', goalKind),
  k: preset(1, wholeNumber(1)),
  limit: preset(10_000, wholeNumber(4)),
  batchSize: preset(256, wholeNumber(1)),
  seed: preset(0, wholeNumber(0)),
  onProgress: optional(callback('(part, done, total) => ..')),
  signal: optional(abortSignal),
};
