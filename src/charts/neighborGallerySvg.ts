import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { Sprite } from '../formats/spriteSheet.ts';
import { checkBetween, show } from '../internal/checks.ts';
import type { ChartOptions } from './chartOptions.ts';
import { type ClassNames, className } from './classNames.ts';
import { chartSvg, checkChart, headingHeight, padding } from './internal/chart.ts';
import { checkIndices, drawTile, type GalleryTile, tileCaption } from './internal/galleryTile.ts';
import { numberText } from './internal/scale.ts';
import { element, textAt } from './internal/svg.ts';
import { tileImage } from './internal/tileImage.ts';

/** A query and what was found for it, by index. */
export interface GalleryRow {
  readonly query: number;
  /** Nearest first. */
  readonly neighbors: ArrayLike<number>;
  /** Shown below each neighbour. */
  readonly distances?: ArrayLike<number>;
}

/** Examples that queries find their neighbours among. */
export interface GalleryReference {
  /** One class id an example. */
  readonly labels: Labels;
  /** An image of each example, from `spriteSheet`. */
  readonly thumbnails?: Sprite;
}

export interface NeighborGalleryOptions extends Omit<ChartOptions, 'width' | 'height'> {
  readonly rows: readonly GalleryRow[];
  /** One class id an example; a neighbour of the query's class is right. */
  readonly labels: Labels;
  readonly names?: ClassNames;
  /** An image of each example, from `spriteSheet`. */
  readonly thumbnails?: Sprite;
  /** Numbers of the examples, shown after #. Default: their indices. */
  readonly ids?: ArrayLike<number>;
  /** What the indices of neighbours mean. Default: the examples themselves. */
  readonly reference?: GalleryReference;
  /** Pixels of an image's side, 24 to 200. Default 56. */
  readonly tile?: number;
}

const where = 'neighborGallerySvg';
const mostRows = 100;
const apart = 26; // pixels between the query and its neighbours

/**
 * Queries and their nearest neighbours as pictures, as the text of one SVG: a row a query, right and wrong neighbours
 * marked by colour and sign.
 *
 * @throws MetricLearningError if there is no row or more than 100, an index is none of an example, or counts differ.
 */
export async function neighborGallerySvg(options: NeighborGalleryOptions): Promise<string> {
  const { title = 'Nearest neighbors', subtitle = '', theme = 'light', tile = 56, rows } = options;
  const labels = toLabels(where, options.labels);
  const found = options.reference ? toLabels(where, options.reference.labels) : labels;
  checkBetween(where, 'tile', tile, 24, 200);
  checkRows(rows, labels.length, found.length);
  checkThumbnails(options.thumbnails, labels.length);
  checkThumbnails(options.reference?.thumbnails, found.length);

  const most = Math.max(...rows.map(({ neighbors }) => neighbors.length));
  const [column, line] = [tile + 18, tile + tileCaption + 16];
  const [top, left] = [headingHeight(title, subtitle) + 8, padding + 3];
  const width = Math.max(360, 2 * left + column * (most + 1) + apart - 18);
  const height = Math.max(160, top + 20 + rows.length * line + padding - 8);
  checkChart(where, width, Math.min(height, 4000), theme);

  const headings = { class: 'muted', 'font-size': 12 };
  const parts = [
    textAt(left - 3, top + 6, 'query', headings),
    textAt(left + column + apart - 3, top + 6, 'nearest first', headings),
  ];
  for (const [r, row] of rows.entries()) {
    parts.push(await drawRow(row, left, top + 20 + r * line, tile, { ...options, labels, found }));
  }
  const description = `${title || 'Nearest neighbors'}: ${rightOnes(rows, labels, found)}`;
  return chartSvg({ title, subtitle, theme }, width, height, description, parts);
}

interface Examples extends Pick<NeighborGalleryOptions, 'names' | 'thumbnails' | 'ids'> {
  readonly reference?: GalleryReference;
  readonly labels: Int32Array;
  /** Labels of what neighbours are found among. */
  readonly found: Int32Array;
}

/** A query, an arrow, and what was found for it. */
async function drawRow(
  { query, neighbors, distances }: GalleryRow,
  left: number,
  y: number,
  tile: number,
  { names, thumbnails, ids, reference, labels, found }: Examples,
): Promise<string> {
  const column = tile + 18;
  const draw = async (x: number, sprite: Sprite | undefined, i: number, tileOf: Captions) =>
    drawTile(x, y, tile, { ...tileOf, image: sprite && (await tileImage(sprite, i)) });
  const arrow = { class: 'axis', fill: 'none', 'stroke-width': 1.5 };
  const start = left + tile + 14;
  const label = labels[query] as number;
  const parts = [
    await draw(left, thumbnails, query, {
      name: className(label, names),
      note: `#${ids?.[query] ?? query}`,
      verdict: 'query',
      example: query,
    }),
    element('path', { d: `M${start} ${y + tile / 2}h16m-5-5l5 5-5 5`, ...arrow }),
  ];
  for (let k = 0; k < neighbors.length; k++) {
    const i = neighbors[k] as number;
    const id = reference ? i : (ids?.[i] ?? i);
    const captions: Captions = {
      name: className(found[i] as number, names),
      note: distances ? distanceText(distances[k] as number) : `#${id}`,
      verdict: found[i] === label ? 'right' : 'wrong',
      ...(!reference && { example: i }),
    };
    const sprite = reference ? reference.thumbnails : thumbnails;
    parts.push(await draw(left + column + apart + k * column, sprite, i, captions));
  }
  return parts.join('');
}

type Captions = Omit<GalleryTile, 'image'>;

function rightOnes(rows: readonly GalleryRow[], labels: Int32Array, found: Int32Array): string {
  let [shown, right] = [0, 0];
  for (const { query, neighbors } of rows) {
    shown += neighbors.length;
    right += Array.from(neighbors).filter((i) => found[i] === labels[query]).length;
  }
  return `${rows.length} queries; ${right} of ${shown} neighbors shown are of the query's class.`;
}

/** Small distances with as many decimals each, so that they compare at a glance. */
function distanceText(distance: number): string {
  return Math.abs(distance) < 10 ? distance.toFixed(3) : numberText(distance, 3);
}

function checkThumbnails(thumbnails: Sprite | undefined, count: number): void {
  if (thumbnails === undefined || thumbnails.count === count) return;
  throw new MetricLearningError({
    where,
    expected: `a thumbnail a label (${count})`,
    got: `${thumbnails.count}`,
  });
}

function checkRows(rows: readonly GalleryRow[], count: number, found: number): void {
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > mostRows) {
    throw new MetricLearningError({
      where,
      expected: `1 to ${mostRows} rows`,
      got: Array.isArray(rows) ? `${rows.length}` : show(rows),
    });
  }
  rows.forEach(({ query, neighbors, distances }, r) => {
    checkIndices(where, `the query of row ${r}`, [query], count);
    checkIndices(where, `the neighbors of row ${r}`, neighbors, found);
    if (neighbors.length > 0 && (distances?.length ?? neighbors.length) === neighbors.length)
      return;
    throw new MetricLearningError({
      where,
      expected: `neighbors in row ${r}, with a distance each`,
      got: `${neighbors.length} neighbors, ${distances?.length ?? 'no'} distances`,
    });
  });
}
