import { type Labels, toLabels } from '../data/labels.ts';
import { checkBetween } from '../internal/checks.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  preset,
  readOptions,
  required,
} from '../internal/readOptions.ts';
import type { ChartOptions } from './chartOptions.ts';
import type { ClassNames } from './classNames.ts';
import { type Box, chartSvg, headingHeight, padding } from './internal/chart.ts';
import {
  anyText,
  chartRules,
  colorList,
  listOfExamples,
  namesById,
} from './internal/chartRules.ts';
import { densestPlace } from './internal/densestPlace.ts';
import { fitPoints } from './internal/fitPoints.ts';
import { legendRow } from './internal/legendRow.ts';
import { type MapClass, mapClasses } from './internal/mapClasses.ts';
import { onGround } from './internal/palette.ts';
import { separateLabels } from './internal/separateLabels.ts';
import { element, textAt } from './internal/svg.ts';
import { fitText, textWidth } from './internal/textWidth.ts';
import { checkMapNames, type EmbeddingMap, type MapPoints, readPoints } from './mapPoints.ts';

/** The options that maps of one set of examples share. */
export interface MapStyle extends ChartOptions {
  /** The class id of each example, one a point. */
  readonly labels: Labels;
  /** Names of the classes by class id. Default: the ids. */
  readonly names?: ClassNames;
  /** `#rrggbb` of each class, in ascending order of the ids. Default: twelve colors that are easy to tell apart. */
  readonly colors?: readonly string[];
}

export interface EmbeddingMapOptions extends MapStyle {
  /** One point an example: x0, y0, x1, y1 and so on in one array, or an array of [x, y]. */
  readonly points: MapPoints;
  /** A remark above the map, e.g. `PCA, 17.6 % of the variance`. Default: none. */
  readonly note?: string;
}

export interface EmbeddingMapsOptions extends MapStyle {
  /** Maps of the same examples, from left to right: before, after. */
  readonly maps: readonly EmbeddingMap[];
}

const styleRules: OptionTable<MapStyle, 'title' | 'width' | 'height' | 'names' | 'colors'> = {
  ...chartRules,
  labels: required(listOfExamples),
  names: optional(namesById),
  colors: optional(colorList),
};

const mapRules: OptionTable<
  EmbeddingMapOptions,
  'title' | 'width' | 'height' | 'names' | 'colors'
> = {
  ...styleRules,
  points: required({
    expected: 'a Float32Array of x0, y0, x1, y1 and so on, or an array of [x, y]',
    accepts: (value) => Array.isArray(value) || ArrayBuffer.isView(value),
  }),
  note: preset('', anyText),
};

const mapsRules: OptionTable<
  EmbeddingMapsOptions,
  'title' | 'width' | 'height' | 'names' | 'colors'
> = {
  ...styleRules,
  maps: required({
    expected: 'an array of at least one map, { name, points }',
    accepts: (value) => Array.isArray(value) && value.length > 0,
  }),
};

/**
 * Draws embeddings in two dims as the text of one SVG of 760 x 700 pixels: a dot an example, colored by class, with the
 * name of each class where its examples are densest.
 *
 * 10,000 points take about 130 kB. `pca`, `tsne` and `umap` make the points.
 *
 * @throws MetricLearningError if there is no point, there are not as many points as labels, or a point is not finite.
 * @example
 * const { points } = await pca(embeddings);
 * await writeFile('map.svg', embeddingMapSvg({ points, labels, title: 'After training' }));
 */
export function embeddingMapSvg(options: EmbeddingMapOptions): string {
  const where = 'embeddingMapSvg';
  const { points, note, ...style } = readOptions(where, mapRules, options);
  const { title = 'Embeddings', width = 760, height = 700 } = style;
  return drawMaps(where, [{ name: '', note, points }], { ...style, title }, width, height);
}

/**
 * Draws several maps of the same examples side by side, e.g. before and after training, as the text of one SVG. Default
 * size: 500 pixels wide for each map, 620 pixels high.
 *
 * @throws MetricLearningError for what `embeddingMapSvg` refuses, and if there is no map or less than 100 pixels of width
 * for a map.
 * @example
 * const maps = [
 *   { name: 'before', points: (await pca(before)).points },
 *   { name: 'after', points: (await pca(after)).points },
 * ];
 * const svg = embeddingMapsSvg({ maps, labels });
 */
export function embeddingMapsSvg(options: EmbeddingMapsOptions): string {
  const where = 'embeddingMapsSvg';
  const { maps, ...style } = readOptions(where, mapsRules, options);
  const { title = 'Embeddings', height = 620 } = style;
  const { width = Math.min(4000, 2 * padding + 500 * maps.length) } = style;
  checkMapNames(where, maps);
  return drawMaps(where, maps, { ...style, title }, width, height);
}

const gap = 16; // between panels
const leastPanel = 100; // pixels of width that a map needs

function drawMaps(
  where: string,
  maps: readonly EmbeddingMap[],
  style: OptionValues<typeof styleRules>,
  width: number,
  height: number,
): string {
  const { title = '', subtitle, theme, names, colors } = style;
  const labels = toLabels(where, style.labels);
  const points = maps.map((map) =>
    readPoints(where, map.points, labels.length, map.name ? `points of "${map.name}"` : 'points'),
  );
  const classes = mapClasses(where, labels, names, colors).map((each) => ({
    ...each,
    color: onGround(theme, each.color),
  }));

  const top = headingHeight(title, subtitle);
  const legend = legendRow(
    classes.map(({ name, color, members }) => ({
      text: name,
      note: members.length.toLocaleString('en-US'),
      color,
      mark: 'dot',
    })),
    padding,
    top,
    width - 2 * padding,
  );
  const captions = maps.some((map) => map.name !== '' || map.note) ? 30 : 10;
  const panelTop = top + legend.height + captions;
  const panelWidth = (width - 2 * padding - gap * (maps.length - 1)) / maps.length;
  checkBetween(where, 'width per map', panelWidth, leastPanel, 4000);
  const panels = maps.map((map, i) => {
    const box: Box = {
      left: padding + i * (panelWidth + gap),
      top: panelTop,
      width: panelWidth,
      height: Math.max(60, height - panelTop - padding),
    };
    return caption(map, box) + panel(points[i]!, classes, box);
  });
  const view = maps.map((map) => map.name).filter((name) => name !== '');
  const description =
    `${title || 'Map'}: ${labels.length} examples of ${classes.length} classes in two dimensions` +
    `${view.length > 0 ? `, ${view.join(' and ')}` : ''}.`;
  return chartSvg({ title, subtitle, theme }, width, height, description, [
    legend.markup,
    ...panels,
  ]);
}

function caption({ name, note = '' }: EmbeddingMap, box: Box): string {
  const bold = { class: 'ink', 'font-size': 14, 'font-weight': 700 };
  const shown = fitText(name, 14, box.width, true);
  const left = box.left + (shown === '' ? 0 : textWidth(shown, 14, true) + 10);
  const room = box.left + box.width - left;
  return (
    (shown === '' ? '' : textAt(box.left, box.top - 10, shown, bold)) +
    (note === '' || room < 40
      ? ''
      : textAt(left, box.top - 10, fitText(note, 12.5, room), {
          class: 'muted',
          'font-size': 12.5,
        }))
  );
}

function panel(points: Float32Array, classes: readonly MapClass[], box: Box): string {
  const radius = Math.max(
    1.1,
    Math.min(4, 0.32 * Math.sqrt((2 * box.width * box.height) / points.length)),
  );
  const margin = 12 + radius;
  const inner: Box = {
    left: box.left + margin,
    top: box.top + margin,
    width: box.width - 2 * margin,
    height: box.height - 2 * margin,
  };
  const pixels = fitPoints(points, inner);
  return (
    element('rect', {
      class: 'panel',
      x: box.left,
      y: box.top,
      width: box.width,
      height: box.height,
      rx: 8,
    }) +
    dots(pixels, classes, radius) +
    classLabels(pixels, classes, inner)
  );
}

const layers = 6; // what lies on top of what is shared out among the classes

/** All dots of a class in few paths of zero-length lines with round ends, in tenths of a pixel. */
function dots(pixels: Float32Array, classes: readonly MapClass[], radius: number): string {
  const paths: string[] = [];
  for (let layer = 0; layer < layers; layer++) {
    for (const { color, members } of classes) {
      let d = '';
      let [x, y] = [0, 0];
      for (let k = layer; k < members.length; k += layers) {
        const i = members[k]!;
        const [toX, toY] = [Math.round(10 * pixels[2 * i]!), Math.round(10 * pixels[2 * i + 1]!)];
        d += d === '' ? `M${toX} ${toY}h0` : `m${toX - x} ${toY - y}h0`;
        [x, y] = [toX, toY];
      }
      if (d !== '') paths.push(element('path', { stroke: color, d: d.replaceAll(' -', '-') }));
    }
  }
  const style = { fill: 'none', 'stroke-linecap': 'round', 'stroke-width': 20 * radius };
  return element('g', { ...style, 'stroke-opacity': 0.72, transform: 'scale(.1)' }, ...paths);
}

const mostLabels = 60; // more names than this would cover the map

function classLabels(pixels: Float32Array, classes: readonly MapClass[], box: Box): string {
  if (classes.length > mostLabels) return '';
  const size = classes.length > 20 ? 12 : 15;
  const texts = classes.map(({ name }) => fitText(name, size, 160, true));
  const places = classes.map(({ members }, i) => {
    const [x, y] = densestPlace(pixels, members);
    return { x, y, width: textWidth(texts[i]!, size, true) + 8, height: size + 4 };
  });
  const style = {
    class: 'ink halo',
    'stroke-width': 4,
    'text-anchor': 'middle',
    'font-size': size,
    'font-weight': 700,
  };
  return separateLabels(places, box)
    .map(({ x, y }, i) => textAt(x, y + size * 0.36, texts[i]!, style))
    .join('');
}
