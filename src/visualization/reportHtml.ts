import { MetricLearningError } from '../base/errors.ts';
import type { Labels } from '../base/labels.ts';
import { confusionMatrixSvg } from './confusionMatrixSvg.ts';
import type { DiagramLayer } from './diagramLayers.ts';
import { distanceHistogramSvg, type HistogramCounts } from './distanceHistogramSvg.ts';
import { htmlPage } from './htmlPage.ts';
import { type LineSeries, lineChartSvg } from './lineChartSvg.ts';
import { type LossHistory, lossCurveSvg } from './lossCurveSvg.ts';
import { type MapContent, mapFragment, mapMarkup } from './mapFragment.ts';
import { modelDiagramSvg } from './modelDiagramSvg.ts';
import { type GalleryRow, neighborGallerySvg } from './neighborGallerySvg.ts';
import { mapStyle } from './page/mapStyle.ts';
import { pageScript } from './pageScript.ts';
import { reportStyle } from './reportStyle.ts';
import { type RocPoints, rocCurveSvg } from './rocCurveSvg.ts';
import { numberText } from './scale.ts';
import { element, escapeXml } from './svg.ts';
import { type TripletGalleryOptions, tripletGallerySvg } from './tripletGallerySvg.ts';

/** A report shows what it is given, in this order. */
export interface ReportOptions extends Partial<MapContent> {
  /** Default `Embedding report`. */
  readonly title?: string;
  readonly subtitle?: string;
  /** Numbers at the top of the page by their names, e.g. `{ 'precision at 1': 0.9703 }`. */
  readonly scores?: Readonly<Record<string, number | string>>;
  readonly history?: LossHistory;
  /** Further curves over the epochs, e.g. precision at 1. */
  readonly curves?: readonly LineSeries[];
  readonly distances?: HistogramCounts;
  /** The distance up to which two examples count as the same. */
  readonly threshold?: number;
  readonly roc?: RocPoints | readonly RocPoints[];
  /** Counts by true class (rows) and predicted class, and the names of the classes. */
  readonly confusion?: {
    readonly counts: readonly ArrayLike<number>[];
    readonly names?: readonly string[];
  };
  /** Queries with their neighbours; needs `labels`. */
  readonly gallery?: readonly GalleryRow[];
  /** Triplets with their gaps; needs `labels`. */
  readonly triplets?: Pick<TripletGalleryOptions, 'triplets' | 'gaps' | 'count'>;
  /** The network, from `diagramLayers`. */
  readonly layers?: readonly DiagramLayer[];
}

const where = 'reportHtml';

/** In a page the heading is the page's, and the colours follow the reader's scheme. */
const inPage = { title: '', theme: 'auto' } as const;

/**
 * All that is known of a model's embeddings on one self-contained HTML page: scores, loss curves, the interactive map,
 * distances of same and different pairs, ROC, confusion, the network, neighbours, worst triplets.
 *
 * Light or dark as the reader has it, for screen and paper; loads nothing from anywhere.
 *
 * @throws MetricLearningError if there is nothing to show, maps, galleries or triplets come without `labels`, or a part
 * is not what its own picture takes.
 */
export async function reportHtml(options: ReportOptions): Promise<string> {
  const { title = 'Embedding report', subtitle = '', scores = {} } = options;
  const tiles = Object.entries(scores).map(([name, score]) =>
    element(
      'div',
      {},
      element('dt', {}, escapeXml(name)),
      element('dd', {}, escapeXml(typeof score === 'number' ? numberText(score) : score)),
    ),
  );
  const figures = [...charts(options), ...(await galleries(options))];
  if (figures.length === 0 && tiles.length === 0) {
    throw new MetricLearningError({ where, expected: 'something to show', got: 'no part' });
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
  );
  const script = options.maps
    ? `${pageScript}for(const map of document.querySelectorAll('.map'))page.startMap(map);`
    : '';
  return htmlPage({ title, style: mapStyle + reportStyle, body, script });
}

function charts(options: ReportOptions): string[] {
  const { history, curves, distances, threshold, roc, confusion, layers } = options;
  const parts: string[] = [];
  if (history) {
    const chart = lossCurveSvg(history, { ...inPage, width: 1160, height: 380 });
    parts.push(
      section('Loss', 'How far the training examples and those held out are from the goal.', chart),
    );
  }
  if (curves && curves.length > 0) {
    const size = { width: 1160, height: 320 };
    const options = { ...inPage, ...size, xLabel: 'epoch', wholeX: true, yReach: [] };
    parts.push(
      section('Curves', 'What was measured during training.', lineChartSvg(curves, options)),
    );
  }
  if (options.maps) parts.push(mapSection(options));
  const pair = distances && roc ? 'half' : '';
  if (distances) {
    const text = 'Pairs of one class should be near, of different classes far; overlap is error.';
    const size = pair ? { width: 580, height: 420 } : { width: 1160, height: 380 };
    const style = { ...inPage, ...size, ...(threshold !== undefined && { threshold }) };
    parts.push(section('Distances', text, distanceHistogramSvg(distances, style), pair));
  }
  if (roc) {
    const text = 'Every threshold: same pairs accepted over different pairs accepted.';
    const size = { width: 580, height: 420 };
    parts.push(section('ROC', text, rocCurveSvg(roc, { ...inPage, ...size }), pair));
  }
  const beside = confusion && layers ? 'half' : '';
  if (confusion) {
    const { counts, names } = confusion;
    const chart = confusionMatrixSvg(counts, { ...inPage, ...(names && { names }) });
    parts.push(section('Confusion', 'Which classes are taken for which.', chart, beside));
  }
  if (layers) {
    const text = 'Layers with output shapes and parameters.';
    parts.push(section('Network', text, modelDiagramSvg(layers, inPage), beside || 'natural'));
  }
  return parts;
}

function mapSection(options: ReportOptions): string {
  const content: MapContent = {
    ...options,
    maps: options.maps ?? [],
    labels: needLabels('maps', options.labels),
  };
  const heading =
    '<div><h2>Map</h2><p>Each dot is an example; near ones look alike to the model.</p></div>';
  return mapMarkup(content, heading, mapFragment(where, content), 'section');
}

async function galleries(options: ReportOptions): Promise<string[]> {
  const { gallery, triplets, names, thumbnails } = options;
  const shared = { ...inPage, ...(names && { names }), ...(thumbnails && { thumbnails }) };
  const parts: string[] = [];
  if (gallery) {
    const labels = needLabels('gallery', options.labels);
    const picture = await neighborGallerySvg({ ...shared, rows: gallery, labels });
    const text = 'Queries, and what the model finds most alike.';
    parts.push(section('Nearest neighbors', text, picture, 'natural'));
  }
  if (triplets) {
    const labels = needLabels('triplets', options.labels);
    const picture = await tripletGallerySvg({ ...shared, ...triplets, labels, subtitle: '' });
    const text =
      'Gap: distance to the positive less distance to the negative; above 0 it is wrong.';
    parts.push(section('Worst triplets', text, picture, 'natural'));
  }
  return parts;
}

function section(title: string, text: string, figure: string, className = ''): string {
  return element(
    'section',
    { class: className === '' ? undefined : className },
    element('h2', {}, title),
    element('p', {}, text),
    element('div', { class: 'figure' }, figure),
  );
}

function needLabels(part: string, labels: Labels | undefined): Labels {
  if (labels) return labels;
  throw new MetricLearningError({ where, expected: `labels for the ${part}`, got: 'none' });
}
