import { show } from '../base/checks.ts';
import { MetricLearningError } from '../base/errors.ts';
import { type Labels, toLabels } from '../base/labels.ts';
import { base64, bytesOf } from './bytes.ts';
import { fitPoints } from './fitPoints.ts';
import { jsonScript } from './htmlPage.ts';
import { type ClassNames, mapClasses } from './mapClasses.ts';
import { type EmbeddingMap, readPoints } from './mapPoints.ts';
import type { PageData, PageMap } from './page/scene.ts';
import type { Sprite } from './spriteSheet.ts';
import { escapeXml } from './svg.ts';

/** What an interactive map shows. */
export interface MapContent {
  /** Views of the same examples: before, after .. */
  readonly maps: readonly EmbeddingMap[];
  /** One class id an example. */
  readonly labels: Labels;
  /** Names of the classes. Default: their ids. */
  readonly names?: ClassNames;
  /** `#rrggbb` of each class, in ascending order of the ids. Default: `classColors`. */
  readonly colors?: readonly string[];
  /** An image of each example, from `spriteSheet`. */
  readonly thumbnails?: Sprite;
  /** Indices of each example's nearest others, [count, k], nearest first. */
  readonly neighbors?: { readonly indices: ArrayLike<number>; readonly k: number };
  /** A line of text about each example. */
  readonly captions?: readonly string[];
  /** Numbers of the examples, whole and >= 0, shown after #. Default: their indices. */
  readonly ids?: ArrayLike<number>;
}

const mostClasses = 65_535;

/** The data and image of an interactive map, as elements of a page. */
export function mapFragment(where: string, content: MapContent): string {
  const { maps, names, colors, thumbnails, captions, ids } = content;
  if (!Array.isArray(maps) || maps.length === 0) {
    throw new MetricLearningError({ where, expected: 'at least one map', got: show(maps) });
  }
  const labels = toLabels(where, content.labels);
  const classes = mapClasses(where, labels, names, colors);
  checkBetweenCounts(where, 'classes', classes.length, mostClasses);
  const classOf = new Uint16Array(labels.length);
  classes.forEach(({ members }, index) => {
    for (const i of members) classOf[i] = index;
  });
  if (thumbnails) checkCount(where, 'thumbnails', thumbnails.count, labels.length);
  if (captions) checkCount(where, 'captions', captions.length, labels.length);
  if (ids) checkCount(where, 'ids', ids.length, labels.length);
  const neighbors = content.neighbors && readNeighbors(where, content.neighbors, labels.length);

  const data: PageData = {
    count: labels.length,
    maps: maps.map((map) => pageMap(where, map, labels.length)),
    classes: classes.map(({ name, color, members }) => ({ name, color, count: members.length })),
    classOf: base64(bytesOf(classOf)),
    ...(thumbnails && {
      sprite: {
        tileWidth: thumbnails.tileWidth,
        tileHeight: thumbnails.tileHeight,
        columns: thumbnails.columns,
      },
    }),
    ...(neighbors && { neighbors }),
    ...(captions && { captions }),
    ...(ids && { ids: base64(bytesOf(Uint32Array.from(ids))) }),
  };
  const image = thumbnails
    ? `<img class="sprite" hidden alt="" src="data:image/png;base64,${base64(thumbnails.png)}">`
    : '';
  return jsonScript(data) + image;
}

/** The elements an interactive map is made of, around its data; `tag` is the element that holds them. */
export function mapMarkup(
  content: MapContent,
  heading: string,
  fragment: string,
  tag: 'main' | 'section' = 'main',
): string {
  const many = content.maps.length > 1;
  const [first, last] = [content.maps[0], content.maps.at(-1)];
  return `<${tag} class="map${content.thumbnails ? ' illustrated' : ''}">
<header>
${heading}
<div class="controls"${many ? '' : ' hidden'}>
<div class="morph" hidden><button class="play" type="button"></button>
<label><span>${escapeXml(first?.name ?? '')}</span>
<input class="share" type="range" min="0" max="${content.maps.length - 1}" step="0.001" value="0"
 aria-label="From ${escapeXml(first?.name ?? '')} to ${escapeXml(last?.name ?? '')}">
<span>${escapeXml(last?.name ?? '')}</span></label></div>
<div class="segments" role="group" aria-label="View">
<button class="split" type="button">Side by side</button>
<button class="single" type="button">Morph</button></div>
</div>
</header>
<div class="stage" tabindex="0" role="application" aria-label="Map of the examples"
 aria-describedby="map-keys">
<div class="panels"></div><canvas class="dots"></canvas><canvas class="above"></canvas>
<div class="captions"></div>
<div class="buttons" role="group" aria-label="Zoom">
<button class="closer" type="button" aria-label="Closer" title="Closer">+</button>
<button class="farther" type="button" aria-label="Farther" title="Farther">−</button>
<button class="whole" type="button" aria-label="Whole map" title="Whole map"><svg width="15"
 height="15" fill="none" stroke="currentColor" stroke-width="1.6"><path
 d="M1 5V1h4M10 1h4v4M14 10v4h-4M5 14H1v-4"/></svg></button></div>
<div class="tip" hidden><canvas></canvas><div><div class="name"></div><div class="index"></div>
<div class="caption"></div></div></div>
</div>
<aside>
<div class="legend"><h2>Classes<button class="all" type="button" hidden>show all</button></h2>
<ul class="classes"></ul></div>
<div class="card empty"><p class="hint">Point at an example to see it here. Click to keep it.</p>
<canvas></canvas><div><div class="name"></div><div class="index"></div><div class="caption"></div></div>
<div class="neighbors" hidden><h2>Nearest, closest first</h2><div class="strip"></div></div></div>
</aside>
<footer id="map-keys">${tag === 'main' ? 'Wheel' : 'Click, then wheel'} or <kbd>+</kbd> <kbd>−</kbd> to zoom, drag or arrow keys to move,
<kbd>0</kbd> for the whole map, <kbd>n</kbd> <kbd>p</kbd> for the next and previous example${
    many ? ', <kbd>space</kbd> to morph' : ''
  }.</footer>
<p class="live" aria-live="polite"></p>
<noscript><p>This map is drawn by a script, which is switched off here.</p></noscript>
${fragment}
</${tag}>`;
}

function pageMap(where: string, { name, note = '', points }: EmbeddingMap, count: number): PageMap {
  const read = readPoints(where, points, count, `points of "${name}"`);
  const fitted = fitPoints(read, { left: 0, top: 0, width: 1, height: 1 });
  let [width, height] = [0, 0];
  for (let i = 0; i < fitted.length; i += 2) {
    width = Math.max(width, 2 * Math.abs((fitted[i] as number) - 0.5));
    height = Math.max(height, 2 * Math.abs((fitted[i + 1] as number) - 0.5));
  }
  const steps = Uint16Array.from(fitted, (value) =>
    Math.round(65_535 * Math.min(1, Math.max(0, value))),
  );
  return { name, note, points: base64(bytesOf(steps)), extent: [width, height] };
}

function readNeighbors(
  where: string,
  { indices, k }: { readonly indices: ArrayLike<number>; readonly k: number },
  count: number,
): { each: number; indices: string } {
  checkCount(where, `neighbors.indices (${k} an example)`, indices.length, count * k);
  const wrong = Array.from(indices).findIndex((i) => !Number.isInteger(i) || i < 0 || i >= count);
  if (wrong >= 0) {
    throw new MetricLearningError({
      where,
      expected: `neighbors.indices from 0 to ${count - 1}`,
      got: `${indices[wrong]} at index ${wrong}`,
    });
  }
  return { each: k, indices: base64(bytesOf(Uint32Array.from(indices))) };
}

function checkCount(where: string, name: string, got: number, expected: number): void {
  if (got === expected) return;
  throw new MetricLearningError({ where, expected: `${expected} ${name}`, got: `${got}` });
}

function checkBetweenCounts(where: string, name: string, got: number, most: number): void {
  if (got <= most) return;
  throw new MetricLearningError({ where, expected: `at most ${most} ${name}`, got: `${got}` });
}
