import { show } from '../base/checks.ts';
import { MetricLearningError } from '../base/errors.ts';
import { type Labels, toLabels } from '../base/labels.ts';
import { type ChartOptions, chartSvg, checkChart, headingHeight, padding } from './chart.ts';
import { checkIndices, drawTile, type GalleryTile, tileCaption } from './galleryTile.ts';
import { type ClassNames, className } from './mapClasses.ts';
import { numberText } from './scale.ts';
import type { Sprite } from './spriteSheet.ts';
import { element, textAt } from './svg.ts';
import { tileImage } from './tileImage.ts';

/** A query and what was found for it, by index. */
export interface GalleryRow {
  readonly query: number;
  /** Nearest first. */
  readonly neighbors: ArrayLike<number>;
  /** Shown below each neighbour. */
  readonly distances?: ArrayLike<number>;
}

export interface NeighborGalleryOptions extends Omit<ChartOptions, 'width' | 'height'> {
  readonly rows: readonly GalleryRow[];
  /** One class id an example; a neighbour of the query's class is right. */
  readonly labels: Labels;
  readonly names?: ClassNames;
  /** An image of each example, from `spriteSheet`. */
  readonly thumbnails?: Sprite;
  /** Pixels of an image's side, 24 to 200. Default 56. */
  readonly tile?: number;
}

const where = 'neighborGallerySvg';
const mostRows = 100;

/**
 * Queries and their nearest neighbours as pictures, as the text of one SVG: a row a query, right and wrong neighbours
 * marked by colour and sign.
 *
 * @throws MetricLearningError if there is no row or more than 100, an index is none of an example, or counts differ.
 */
export async function neighborGallerySvg(options: NeighborGalleryOptions): Promise<string> {
  const { title = 'Nearest neighbors', subtitle = '', theme = 'light', tile = 56 } = options;
  const { rows, names, thumbnails } = options;
  const labels = toLabels(where, options.labels);
  checkRows(rows, labels.length);
  if (thumbnails && thumbnails.count !== labels.length) {
    throw new MetricLearningError({
      where,
      expected: `a thumbnail a label (${labels.length})`,
      got: `${thumbnails.count}`,
    });
  }

  const most = Math.max(...rows.map(({ neighbors }) => neighbors.length));
  const [column, line] = [tile + 18, tile + tileCaption + 16];
  const [top, left] = [headingHeight(title, subtitle) + 8, padding + 3];
  const apart = 26; // between the query and its neighbours
  const width = Math.max(360, 2 * left + column * (most + 1) + apart - 18);
  const height = top + 20 + rows.length * line + padding - 8;
  checkChart(where, width, Math.min(height, 4000), theme);

  const headings = { class: 'muted', 'font-size': 12 };
  const first = left + column + apart;
  const parts = [
    textAt(left - 3, top + 6, 'query', headings),
    textAt(first - 3, top + 6, 'nearest first', headings),
  ];
  let wrong = 0;
  for (const [r, { query, neighbors, distances }] of rows.entries()) {
    const y = top + 20 + r * line;
    const draw = async (x: number, i: number, note: string, verdict: GalleryTile['verdict']) => {
      const image = thumbnails && (await tileImage(thumbnails, i));
      const name = className(labels[i] as number, names);
      parts.push(drawTile(x, y, tile, { image, name, note, verdict }));
    };
    await draw(left, query, `#${query}`, 'query');
    const arrow = { class: 'axis', fill: 'none', 'stroke-width': 1.5 };
    const from = left + tile + 14;
    parts.push(element('path', { d: `M${from} ${y + tile / 2}h16m-5-5l5 5-5 5`, ...arrow }));
    for (let k = 0; k < neighbors.length; k++) {
      const i = neighbors[k] as number;
      const right = labels[i] === labels[query];
      if (!right) wrong++;
      const note = distances ? distanceText(distances[k] as number) : `#${i}`;
      await draw(first + k * column, i, note, right ? 'right' : 'wrong');
    }
  }
  const shown = rows.reduce((sum, { neighbors }) => sum + neighbors.length, 0);
  const description = `${title}: ${rows.length} queries; ${shown - wrong} of ${shown} neighbors shown are of the query's class.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, parts);
}

/** Small distances with as many decimals each, so that they compare at a glance. */
function distanceText(distance: number): string {
  return Math.abs(distance) < 10 ? distance.toFixed(3) : numberText(distance, 3);
}

function checkRows(rows: readonly GalleryRow[], count: number): void {
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > mostRows) {
    throw new MetricLearningError({
      where,
      expected: `1 to ${mostRows} rows`,
      got: Array.isArray(rows) ? `${rows.length}` : show(rows),
    });
  }
  rows.forEach(({ query, neighbors, distances }, r) => {
    checkIndices(where, `the query of row ${r}`, [query], count);
    checkIndices(where, `the neighbors of row ${r}`, neighbors, count);
    if (neighbors.length > 0 && (distances?.length ?? neighbors.length) === neighbors.length)
      return;
    throw new MetricLearningError({
      where,
      expected: `neighbors in row ${r}, with a distance each`,
      got: `${neighbors.length} neighbors, ${distances?.length ?? 'no'} distances`,
    });
  });
}
