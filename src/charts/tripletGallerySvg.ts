import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { Sprite } from '../formats/spriteSheet.ts';
import { checkBetween, checkInteger } from '../internal/checks.ts';
import type { ChartOptions } from './chartOptions.ts';
import { type ClassNames, className } from './classNames.ts';
import { chartSvg, checkChart, headingHeight, padding } from './internal/chart.ts';
import { checkIndices, drawTile, type GalleryTile, tileCaption } from './internal/galleryTile.ts';
import { numberText } from './internal/scale.ts';
import { element, textAt } from './internal/svg.ts';
import { tileImage } from './internal/tileImage.ts';

export interface TripletGalleryOptions extends Omit<ChartOptions, 'width' | 'height'> {
  /** Indices of the examples. */
  readonly triplets: {
    readonly anchor: ArrayLike<number>;
    readonly positive: ArrayLike<number>;
    readonly negative: ArrayLike<number>;
  };
  /** d(anchor, positive) - d(anchor, negative) of each triplet: above 0 it is wrong. */
  readonly gaps: ArrayLike<number>;
  /** One class id an example. */
  readonly labels: Labels;
  readonly names?: ClassNames;
  /** An image of each example, from `spriteSheet`. */
  readonly thumbnails?: Sprite;
  /** How many to show, the largest gaps first. Default 12. */
  readonly count?: number;
  /** Pixels of an image's side, 24 to 200. Default 56. */
  readonly tile?: number;
  /** Triplets in a row. Default 3. */
  readonly across?: number;
}

const where = 'tripletGallerySvg';
const gapMeaning = 'gap = d(anchor, positive) \u2212 d(anchor, negative); above 0 it is wrong';

/**
 * The worst triplets as pictures, as the text of one SVG: those whose negative is nearer to the anchor than the
 * positive, or nearly, from the largest gap on.
 *
 * @throws MetricLearningError if there is no triplet, lengths differ, an index is none of an example, or a gap is NaN.
 */
export async function tripletGallerySvg(options: TripletGalleryOptions): Promise<string> {
  const { title = 'Worst triplets', subtitle = gapMeaning, theme = 'light', tile = 56 } = options;
  const { triplets, gaps, thumbnails, count = 12, across = 3 } = options;
  const labels = toLabels(where, options.labels);
  checkInteger(where, 'count', count);
  checkInteger(where, 'across', across);
  checkBetween(where, 'tile', tile, 24, 200);
  checkTriplets(triplets, gaps, labels.length);
  if (thumbnails && thumbnails.count !== labels.length) {
    throw new MetricLearningError({
      where,
      expected: `a thumbnail a label (${labels.length})`,
      got: `${thumbnails.count}`,
    });
  }

  const worst = Array.from(gaps, (_, i) => i)
    .sort((a, b) => (gaps[b] as number) - (gaps[a] as number))
    .slice(0, count);
  const [column, line] = [tile + 18, tile + tileCaption + 40];
  const [top, left] = [headingHeight(title, subtitle) + 6, padding + 3];
  const block = 3 * column + 30;
  const columns = Math.min(across, worst.length);
  const width = Math.max(360, 2 * left + columns * block - 48);
  const height = Math.max(160, top + Math.ceil(worst.length / across) * line + padding - 14);
  checkChart(where, width, Math.min(height, 4000), theme);

  const parts: string[] = [];
  for (const [place, t] of worst.entries()) {
    const x = left + (place % across) * block;
    const y = top + 22 + Math.floor(place / across) * line;
    parts.push(await drawTriplet(t, x, y, tile, { ...options, labels }));
  }
  const bad = Array.from(gaps).filter((gap) => gap >= 0).length;
  const description = `${title || 'Worst triplets'}: ${worst.length} of ${gaps.length} triplets, of which ${bad} have their negative nearer than their positive.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    element('g', {}, ...parts),
  ]);
}

const members = [
  ['anchor', 'query'],
  ['positive', 'right'],
  ['negative', 'wrong'],
] as const;

/** A triplet's gap, and its three examples below. */
async function drawTriplet(
  t: number,
  x: number,
  y: number,
  tile: number,
  options: Omit<TripletGalleryOptions, 'labels'> & { readonly labels: Int32Array },
): Promise<string> {
  const { triplets, gaps, labels, names, thumbnails } = options;
  const gap = gaps[t] as number;
  const style = { class: gap > 0 ? 'ink' : 'muted', 'font-size': 12 };
  const parts = [textAt(x - 3, y - 12, `gap ${gap > 0 ? '+' : ''}${numberText(gap, 3)}`, style)];
  for (const [k, [member, verdict]] of members.entries()) {
    const i = triplets[member][t] as number;
    const image = thumbnails && (await tileImage(thumbnails, i));
    const name = className(labels[i] as number, names);
    const content: GalleryTile = { image, name, note: member, verdict, example: i };
    parts.push(drawTile(x + k * (tile + 18), y, tile, content));
  }
  return parts.join('');
}

function checkTriplets(
  { anchor, positive, negative }: TripletGalleryOptions['triplets'],
  gaps: ArrayLike<number>,
  count: number,
): void {
  for (const [name, list] of Object.entries({ anchor, positive, negative })) {
    if (list.length !== gaps.length || list.length === 0) {
      throw new MetricLearningError({
        where,
        expected: `as many of triplets.${name} as of gaps (${gaps.length}), and at least one`,
        got: `${list.length}`,
      });
    }
    checkIndices(where, `triplets.${name}`, list, count);
  }
  const unknown = Array.from(gaps).findIndex((gap) => !Number.isFinite(gap));
  if (unknown >= 0) {
    throw new MetricLearningError({
      where,
      expected: 'gaps to be finite',
      got: `${gaps[unknown]} at index ${unknown}`,
    });
  }
}
