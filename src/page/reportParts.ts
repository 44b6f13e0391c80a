import type { DiagramLayer } from '../charts/diagramLayers.ts';
import type { HistogramCounts } from '../charts/distanceHistogramSvg.ts';
import type { LineSeries } from '../charts/lineSeries.ts';
import type { LossHistory } from '../charts/lossCurveSvg.ts';
import type { GalleryReference, GalleryRow } from '../charts/neighborGallerySvg.ts';
import type { RocPoints } from '../charts/rocCurveSvg.ts';
import type { TripletGalleryOptions } from '../charts/tripletGallerySvg.ts';
import type { ClassScores } from './classTable.ts';
import type { MapContent } from './mapContent.ts';

/** A figure at the top of a report; the note stands below it. */
export type ReportScore =
  | number
  | string
  | { readonly value: number | string; readonly note: string };

/** What a report shows, in this order; all that is absent is left out. */
export interface ReportParts extends Partial<MapContent> {
  /** Default `Embedding report`. */
  readonly title?: string;
  readonly subtitle?: string;
  /** Figures at the top of the page by their names, e.g. `{ 'precision at 1': 0.9703 }`. */
  readonly scores?: Readonly<Record<string, ReportScore>>;
  readonly history?: LossHistory;
  /** Further curves over the epochs, e.g. precision at 1. */
  readonly curves?: readonly LineSeries[];
  readonly distances?: HistogramCounts;
  /** What the distances are. Default `distance`. */
  readonly distanceName?: string;
  /** The distance up to which two examples count as the same. */
  readonly threshold?: number;
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
  /** Queries with their neighbours; needs `labels`. */
  readonly gallery?: readonly GalleryRow[];
  /** Queries whose nearest neighbour is of another class; needs `labels`. */
  readonly mistakes?: readonly GalleryRow[];
  /** What the neighbours in `gallery` and `mistakes` are. Default: the examples themselves. */
  readonly galleryReference?: GalleryReference;
  /** Triplets with their gaps; needs `labels`. */
  readonly triplets?: Pick<TripletGalleryOptions, 'triplets' | 'gaps' | 'count'>;
  /** Sentences at the end of the page: how its numbers were made. */
  readonly notes?: readonly string[];
}
