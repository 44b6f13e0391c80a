import type { DiagramLayer } from '../charts/diagramLayers.ts';
import type { HistogramCounts } from '../charts/distanceHistogramSvg.ts';
import { numberText } from '../charts/internal/scale.ts';
import { element, escapeXml } from '../charts/internal/svg.ts';
import type { LineSeries } from '../charts/lineChartSvg.ts';
import type { LossHistory } from '../charts/lossCurveSvg.ts';
import type { GalleryReference, GalleryRow } from '../charts/neighborGallerySvg.ts';
import type { RocPoints } from '../charts/rocCurveSvg.ts';
import type { TripletGalleryOptions } from '../charts/tripletGallerySvg.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { ClassScores } from './classTable.ts';
import { mapStyle } from './client/mapStyle.ts';
import { htmlPage } from './internal/htmlPage.ts';
import type { MapContent } from './internal/mapFragment.ts';
import { reportCharts } from './internal/reportCharts.ts';
import { reportGalleries } from './internal/reportGalleries.ts';
import { reportStyle } from './internal/reportStyle.ts';
import { pageScript } from './pageScript.ts';

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

/**
 * All that is known of a model's embeddings on one self-contained HTML page: scores, loss curves, the interactive map,
 * distances of same and different pairs, ROC, confusion, the network, neighbours, worst triplets.
 *
 * Light or dark as the reader has it, for screen and paper; loads nothing from anywhere. `report` computes the parts.
 *
 * @throws MetricLearningError if there is nothing to show, maps, galleries or triplets come without `labels`, or a part
 * is not what its own picture takes.
 */
export async function reportHtml(parts: ReportParts): Promise<string> {
  const { title = 'Embedding report', subtitle = '', scores = {}, notes = [] } = parts;
  const tiles = Object.entries(scores).map(([name, score]) => scoreTile(name, score));
  const figures = [...reportCharts(parts), ...(await reportGalleries(parts))];
  if (figures.length === 0 && tiles.length === 0) {
    throw new MetricLearningError({
      where: 'reportHtml',
      expected: 'something to show',
      got: 'no part',
    });
  }
  const heading = element(
    'header',
    {},
    element('h1', {}, escapeXml(title)),
    subtitle === '' ? '' : element('p', {}, escapeXml(subtitle)),
  );
  const body = element(
    'main',
    { class: 'report' },
    heading,
    tiles.length === 0 ? '' : element('dl', { class: 'scores' }, ...tiles),
    element('div', { class: 'figures' }, ...figures),
    notes.length === 0 ? '' : noteList(notes),
  );
  const script = parts.maps
    ? `${pageScript}for(const map of document.querySelectorAll('.map'))page.startMap(map);`
    : '';
  return htmlPage({ title, style: mapStyle + reportStyle, body, script });
}

function scoreTile(name: string, score: ReportScore): string {
  const { value, note } = typeof score === 'object' ? score : { value: score, note: '' };
  const text = typeof value === 'number' ? numberText(value) : value;
  return element(
    'div',
    {},
    element('dt', {}, escapeXml(name)),
    element('dd', {}, escapeXml(text)),
    note === '' ? '' : element('dd', { class: 'note' }, escapeXml(note)),
  );
}

function noteList(notes: readonly string[]): string {
  const items = notes.map((note) => element('li', {}, escapeXml(note)));
  return element(
    'section',
    { class: 'notes' },
    element('h2', {}, 'How these numbers were made'),
    element('ul', {}, ...items),
  );
}
