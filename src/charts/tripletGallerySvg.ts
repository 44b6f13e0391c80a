import { type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import type { Sprite } from '../formats/spriteSheet.ts';
import { between, wholeNumber } from '../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
  required,
} from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import { type ClassNames, className } from './classNames.ts';
import { chartSvg, headingHeight, padding } from './internal/chart.ts';
import { chartRules, listOfExamples, namesById } from './internal/chartRules.ts';
import { checkFiniteList } from './internal/checkFiniteList.ts';
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

export interface TripletGalleryOptions extends Omit<ChartOptions, 'width' | 'height'> {
  /** Indices of the anchor, the positive and the negative of each triplet. */
  readonly triplets: {
    readonly anchor: ArrayLike<number>;
    readonly positive: ArrayLike<number>;
    readonly negative: ArrayLike<number>;
  };
  /** The margin violation of each triplet, d(anchor, positive) - d(anchor, negative): above 0 the triplet is wrong. */
  readonly violations: ArrayLike<number>;
  /** The class id of each example. */
  readonly labels: Labels;
  /** Names of the classes by class id. Default: the ids. */
  readonly names?: ClassNames;
  /** An image of each example, from `spriteSheet`. Default: the class name is shown instead. */
  readonly thumbnails?: Sprite;
  /** How many triplets are shown, the largest violations first. Default 12. */
  readonly count?: number;
  /** Side of an image in pixels, from 24 to 200. Default 56. */
  readonly tile?: number;
  /** Triplets in a row. Default 3. */
  readonly across?: number;
}

const where = 'tripletGallerySvg';
const meaning = 'violation = d(anchor, positive) \u2212 d(anchor, negative); above 0 it is wrong';
const { width: _, height: __, ...shared } = chartRules;

const members = [
  ['anchor', 'query'],
  ['positive', 'right'],
  ['negative', 'wrong'],
] as const;

export const tripletGalleryOptions: OptionTable<
  TripletGalleryOptions,
  'title' | 'names' | 'thumbnails'
> = {
  ...shared,
  subtitle: preset(meaning, shared.subtitle.kind),
  triplets: required({
    expected: 'a record, { anchor, positive, negative }, of arrays of indices',
    accepts: (value) =>
      typeof value === 'object' &&
      value !== null &&
      members.every(([member]) => listOfExamples.accepts((value as never)[member])),
  }),
  violations: required(listOfExamples),
  labels: required(listOfExamples),
  names: optional(namesById),
  thumbnails: optional(sprite),
  count: preset(12, wholeNumber(1)),
  tile: preset(56, between(24, 200)),
  across: preset(3, wholeNumber(1)),
};

/**
 * Draws the worst triplets as images, as the text of one SVG: those whose negative is nearer to the anchor than the
 * positive, or nearly so, from the largest margin violation on.
 *
 * The picture is as large as its triplets need.
 *
 * @throws MetricLearningError if there is no triplet, there are not as many violations as triplets, an index is not one of
 * an example, or a violation is not finite.
 * @example
 * const triplets = { anchor: [0, 4], positive: [1, 5], negative: [8, 2] };
 * const svg = await tripletGallerySvg({ triplets, violations: [0.7, -0.3], labels });
 */
export async function tripletGallerySvg(options: TripletGalleryOptions): Promise<string> {
  const chosen = readOptions(where, tripletGalleryOptions, options);
  const { title = 'Worst triplets', subtitle, theme, tile } = chosen;
  const { triplets, violations, thumbnails, count, across } = chosen;
  const labels = toLabels(where, chosen.labels);
  checkTriplets(triplets, violations, labels.length);
  if (thumbnails && thumbnails.count !== labels.length) {
    throw new MetricLearningError({
      where,
      expected: `thumbnails to hold one image for each label (${labels.length})`,
      got: `${thumbnails.count} images`,
    });
  }

  const worst = Array.from(violations, (_, i) => i)
    .sort((a, b) => violations[b]! - violations[a]!)
    .slice(0, count);
  const [column, line] = [tile + 18, tile + tileCaption + 40];
  const [top, left] = [headingHeight(title, subtitle) + 6, padding + 3];
  const block = 3 * column + 30;
  const columns = Math.min(across, worst.length);
  const width = Math.max(360, 2 * left + columns * block - 48);
  const height = Math.max(160, top + Math.ceil(worst.length / across) * line + padding - 14);

  const parts: string[] = [];
  for (const [place, t] of worst.entries()) {
    const x = left + (place % across) * block;
    const y = top + 22 + Math.floor(place / across) * line;
    parts.push(await drawTriplet(t, x, y, tile, { ...chosen, labels }));
  }
  const bad = Array.from(violations).filter((violation) => violation >= 0).length;
  const description = `${title || 'Worst triplets'}: ${worst.length} of ${violations.length} triplets, of which ${bad} have their negative nearer than their positive.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    element('g', {}, ...parts),
  ]);
}

/** A triplet's margin violation, and its three examples below. */
async function drawTriplet(
  t: number,
  x: number,
  y: number,
  tile: number,
  options: OptionValues<typeof tripletGalleryOptions> & { readonly labels: Int32Array },
): Promise<string> {
  const { triplets, violations, labels, names, thumbnails } = options;
  const violation = violations[t]!;
  const style = { class: violation > 0 ? 'ink' : 'muted', 'font-size': 12 };
  const parts = [
    textAt(x - 3, y - 12, `${violation > 0 ? '+' : ''}${numberText(violation, 3)}`, style),
  ];
  for (const [k, [member, verdict]] of members.entries()) {
    const i = triplets[member][t]!;
    const image = thumbnails && (await tileImage(thumbnails, i));
    const name = className(labels[i]!, names);
    const content: GalleryTile = { image, name, note: member, verdict, example: i };
    parts.push(drawTile(x + k * (tile + 18), y, tile, content));
  }
  return parts.join('');
}

function checkTriplets(
  { anchor, positive, negative }: TripletGalleryOptions['triplets'],
  violations: ArrayLike<number>,
  count: number,
): void {
  checkFiniteList(where, 'violations', violations);
  for (const [name, list] of Object.entries({ anchor, positive, negative })) {
    if (list.length !== violations.length || list.length === 0) {
      throw new MetricLearningError({
        where,
        expected: `triplets.${name} to have at least one index, and as many as violations (${violations.length})`,
        got: `${list.length} indices`,
      });
    }
    checkIndices(where, `triplets.${name}`, list, count);
  }
}
