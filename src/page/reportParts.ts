import type { DiagramLayer } from '../charts/diagramLayers.ts';
import type { HistogramCounts } from '../charts/distanceHistogramSvg.ts';
import type { LineSeries } from '../charts/lineSeries.ts';
import type { LossHistory } from '../charts/lossCurveSvg.ts';
import type { GalleryReference, GalleryRow } from '../charts/neighborGallerySvg.ts';
import type { RocPoints } from '../charts/rocCurveSvg.ts';
import type { TripletGalleryOptions } from '../charts/tripletGallerySvg.ts';
import type { ClassScores } from './classTable.ts';
import type { MapContent } from './mapContent.ts';

/** A number or text at the top of a report; a note stands below it. */
export type ReportScore =
  | number
  | string
  | { readonly value: number | string; readonly note: string };

/** The parts of a report, in the order of the page; absent parts are left out. */
export interface ReportParts extends Partial<MapContent> {
  /** Heading of the page. Default `Embedding report`. */
  readonly title?: string;
  /** A line below the heading. Default: none. */
  readonly subtitle?: string;
  /** Scores at the top of the page by their names, e.g. `{ 'precision at 1': 0.9703 }`. */
  readonly scores?: Readonly<Record<string, ReportScore>>;
  /** Losses, as `fit` returns them. */
  readonly history?: LossHistory;
  /** Further curves over the epochs, e.g. precision at 1. */
  readonly curves?: readonly LineSeries[];
  /** Counts of pairs by their distance, from `distanceHistogram`. */
  readonly distances?: HistogramCounts;
  /** Name of the distance, for the axis. Default `distance`. */
  readonly distanceName?: string;
  /** The distance up to which two examples count as the same. */
  readonly threshold?: number;
  /** One or several ROC curves, from `rocCurve`. */
  readonly roc?: RocPoints | readonly RocPoints[];
  /** Counts by true class (rows) and predicted class, and the names of the classes. */
  readonly confusion?: {
    readonly counts: readonly ArrayLike<number>[];
    readonly names?: readonly string[];
  };
  /** Scores of each class, as a table. */
  readonly classScores?: ClassScores;
  /** The network, from `diagramLayers`. */
  readonly layers?: readonly DiagramLayer[];
  /** Queries with their nearest neighbors; needs `labels`. */
  readonly gallery?: readonly GalleryRow[];
  /** Queries whose nearest neighbor is of another class; needs `labels`. */
  readonly mistakes?: readonly GalleryRow[];
  /** The examples that the neighbors in `gallery` and `mistakes` come from. Default: the examples themselves. */
  readonly galleryReference?: GalleryReference;
  /** Triplets with their margin violations; needs `labels`. */
  readonly triplets?: Pick<TripletGalleryOptions, 'triplets' | 'violations' | 'count'>;
  /** Sentences at the end of the page: how its numbers were made. */
  readonly notes?: readonly string[];
}
