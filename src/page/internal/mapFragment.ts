import { fitPoints } from '../../charts/internal/fitPoints.ts';
import { mapClasses } from '../../charts/internal/mapClasses.ts';
import { checkMapNames, type EmbeddingMap, readPoints } from '../../charts/mapPoints.ts';
import { toLabels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { bytesOf } from '../../formats/internal/bytes.ts';
import { encodeBase64 } from '../../internal/base64.ts';
import { show } from '../../internal/checks.ts';
import type { PageData, PageMap } from '../client/scene.ts';
import type { MapContent } from '../mapContent.ts';
import { jsonScript } from './htmlPage.ts';

const mostClasses = 65_535;

/** The data and image of an interactive map, as elements of a page. */
export function mapFragment(where: string, content: MapContent): string {
  const { maps, names, colors, thumbnails, captions, ids } = content;
  if (!Array.isArray(maps) || maps.length === 0) {
    throw new MetricLearningError({
      where,
      expected: 'maps to be an array of at least one map, { name, points }',
      got: show(maps),
    });
  }
  checkMapNames(where, maps);
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
    classOf: encodeBase64(bytesOf(classOf)),
    ...(thumbnails && {
      sprite: {
        tileWidth: thumbnails.tileWidth,
        tileHeight: thumbnails.tileHeight,
        columns: thumbnails.columns,
      },
    }),
    ...(neighbors && { neighbors }),
    ...(captions && { captions }),
    ...(ids && { ids: encodeBase64(bytesOf(Uint32Array.from(ids))) }),
  };
  const image = thumbnails
    ? `<img class="sprite" hidden alt="" src="data:image/png;base64,${encodeBase64(thumbnails.png)}">`
    : '';
  return jsonScript(data) + image;
}

function pageMap(where: string, { name, note = '', points }: EmbeddingMap, count: number): PageMap {
  const read = readPoints(where, points, count, `points of "${name}"`);
  const fitted = fitPoints(read, { left: 0, top: 0, width: 1, height: 1 });
  let [width, height] = [0, 0];
  for (let i = 0; i < fitted.length; i += 2) {
    width = Math.max(width, 2 * Math.abs(fitted[i]! - 0.5));
    height = Math.max(height, 2 * Math.abs(fitted[i + 1]! - 0.5));
  }
  const steps = Uint16Array.from(fitted, (value) =>
    Math.round(65_535 * Math.min(1, Math.max(0, value))),
  );
  return { name, note, points: encodeBase64(bytesOf(steps)), extent: [width, height] };
}

function readNeighbors(
  where: string,
  { indices, k }: { readonly indices: ArrayLike<number>; readonly k: number },
  count: number,
): { each: number; indices: string } {
  checkCount(where, `neighbors.indices (${show(k)} for each example)`, indices?.length, count * k);
  const wrong = Array.from(indices).findIndex((i) => !Number.isInteger(i) || i < 0 || i >= count);
  if (wrong >= 0) {
    throw new MetricLearningError({
      where,
      expected: `neighbors.indices to be whole numbers from 0 to ${count - 1}`,
      got: `${indices[wrong]} at index ${wrong}`,
    });
  }
  return { each: k, indices: encodeBase64(bytesOf(Uint32Array.from(indices))) };
}

function checkCount(where: string, name: string, got: number | undefined, expected: number): void {
  if (got === expected) return;
  throw new MetricLearningError({
    where,
    expected: `${name} to hold ${expected} values, as the number of labels asks`,
    got: `${show(got)} values`,
  });
}

function checkBetweenCounts(where: string, name: string, got: number, most: number): void {
  if (got <= most) return;
  throw new MetricLearningError({ where, expected: `at most ${most} ${name}`, got: `${got}` });
}
