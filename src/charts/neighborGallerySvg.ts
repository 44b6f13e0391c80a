import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { Sprite } from '../formats/spriteSheet.ts';
import { between } from '../internal/optionKinds.ts';
import {
  type OptionTable,
  optional,
  preset,
  readOptions,
  required,
} from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import { type ClassNames, className } from './classNames.ts';
import { chartSvg, headingHeight, padding } from './internal/chart.ts';
import { chartRules, listOfExamples, namesById } from './internal/chartRules.ts';
import {
  checkIndices,
  drawTile,
  type GalleryTile,
  sprite,
  tileCaption,
} from './internal/galleryTile.ts';
import { numberText } from './internal/scale.ts';
import { element, textAt } from './internal/svg.ts';
import { tileImage } from './internal/tileImage.ts';

/** A query and its nearest neighbors, by index. */
export interface GalleryRow {
  /** Index of the query among the examples. */
  readonly query: number;
  /** Indices of the neighbors, nearest first. */
  readonly neighbors: ArrayLike<number>;
  /** The distance of each neighbor, shown below it. Default: its number is shown. */
  readonly distances?: ArrayLike<number>;
}

/** Examples that queries find their neighbors among, where these are not the queries themselves. */
export interface GalleryReference {
  /** The class id of each example. */
  readonly labels: Labels;
  /** An image of each example, from `spriteSheet`. Default: the class name is shown instead. */
  readonly thumbnails?: Sprite;
}

export interface NeighborGalleryOptions extends Omit<ChartOptions, 'width' | 'height'> {
  /** Queries with their neighbors, 1 to 100. */
  readonly rows: readonly GalleryRow[];
  /** The class id of each example; a neighbor of the query's class is right. */
  readonly labels: Labels;
  /** Names of the classes by class id. Default: the ids. */
  readonly names?: ClassNames;
  /** An image of each example, from `spriteSheet`. Default: the class name is shown instead. */
  readonly thumbnails?: Sprite;
  /** The number of each example, shown after #. Default: its index. */
  readonly ids?: ArrayLike<number>;
  /** The examples that the neighbors' indices mean. Default: the same examples as the queries. */
  readonly reference?: GalleryReference;
  /** Side of an image in pixels, from 24 to 200. Default 56. */
  readonly tile?: number;
}

const where = 'neighborGallerySvg';
const mostRows = 100;
const apart = 26; // pixels between the query and its neighbors
const { width: _, height: __, ...shared } = chartRules;

export const neighborGalleryOptions: OptionTable<
  NeighborGalleryOptions,
  'title' | 'names' | 'thumbnails' | 'ids' | 'reference'
> = {
  ...shared,
  rows: required({
    expected: `an array of 1 to ${mostRows} rows, { query, neighbors }`,
    accepts: (value) => Array.isArray(value) && value.length > 0 && value.length <= mostRows,
  }),
  labels: required(listOfExamples),
  names: optional(namesById),
  thumbnails: optional(sprite),
  ids: optional(listOfExamples),
  reference: optional({
    expected: 'a record, { labels, thumbnails }',
    accepts: (value) => typeof value === 'object' && value !== null && 'labels' in value,
  }),
  tile: preset(56, between(24, 200)),
};

/**
 * Draws queries and their nearest neighbors as images, as the text of one SVG: a row for each query, with right and wrong
 * neighbors marked by color and sign.
 *
 * The picture is as large as its rows need.
 *
 * @throws MetricLearningError if there is no row or more than 100, an index is not one of an example, or the numbers of
 * labels, thumbnails and distances do not agree.
 * @example
 * const { indices } = await nearestNeighbors(embeddings, embeddings, 5, { excludeSelf: true });
 * const rows = [0, 7].map((query) => ({ query, neighbors: indices.subarray(5 * query, 5 * query + 5) }));
 * const svg = await neighborGallerySvg({ rows, labels });
 */
export async function neighborGallerySvg(options: NeighborGalleryOptions): Promise<string> {
  const chosen = readOptions(where, neighborGalleryOptions, options);
  const { title = 'Nearest neighbors', subtitle, theme, tile, rows } = chosen;
  const labels = toLabels(where, chosen.labels);
  const { reference } = chosen;
  const found = reference ? toLabels(`${where} (reference)`, reference.labels) : labels;
  checkRows(rows, labels.length, found.length);
  checkThumbnails(chosen.thumbnails, labels.length);
  checkThumbnails(reference?.thumbnails, found.length);
  if (chosen.ids && chosen.ids.length !== labels.length) {
    throw new MetricLearningError({
      where,
      expected: `ids to hold one number for each label (${labels.length})`,
      got: `${chosen.ids.length} numbers`,
    });
  }

  const most = Math.max(...rows.map(({ neighbors }) => neighbors.length));
  const [column, line] = [tile + 18, tile + tileCaption + 16];
  const [top, left] = [headingHeight(title, subtitle) + 8, padding + 3];
  const width = Math.max(360, 2 * left + column * (most + 1) + apart - 18);
  const height = Math.max(160, top + 20 + rows.length * line + padding - 8);

  const headings = { class: 'muted', 'font-size': 12 };
  const parts = [
    textAt(left - 3, top + 6, 'query', headings),
    textAt(left + column + apart - 3, top + 6, 'nearest first', headings),
  ];
  for (const [r, row] of rows.entries()) {
    parts.push(await drawRow(row, left, top + 20 + r * line, tile, { ...chosen, labels, found }));
  }
  const description = `${title || 'Nearest neighbors'}: ${rightOnes(rows, labels, found)}`;
  return chartSvg({ title, subtitle, theme }, width, height, description, parts);
}

interface Examples {
  readonly names: ClassNames | undefined;
  readonly thumbnails: Sprite | undefined;
  readonly ids: ArrayLike<number> | undefined;
  readonly reference: GalleryReference | undefined;
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
  const label = labels[query]!;
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
    const i = neighbors[k]!;
    const id = reference ? i : (ids?.[i] ?? i);
    const captions: Captions = {
      name: className(found[i]!, names),
      note: distances ? distanceText(distances[k]!) : `#${id}`,
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
    expected: `thumbnails to hold one image for each label (${count})`,
    got: `${thumbnails.count} images`,
  });
}

function checkRows(rows: readonly GalleryRow[], count: number, found: number): void {
  rows.forEach((row: GalleryRow, r) => {
    const { query, neighbors, distances } = row ?? {};
    checkIndices(where, `the query of row ${r}`, [query], count);
    checkIndices(where, `the neighbors of row ${r}`, neighbors, found);
    if (neighbors.length > 0 && (distances?.length ?? neighbors.length) === neighbors.length)
      return;
    throw new MetricLearningError({
      where,
      expected: `row ${r} to have at least one neighbor, and a distance for each if it has distances`,
      got: `${neighbors.length} neighbors and ${distances?.length ?? 'no'} distances`,
    });
  });
}
