import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { Sprite } from '../../formats/spriteSheet.ts';
import { show } from '../../internal/checks.ts';
import type { OptionKind } from '../../internal/optionKinds.ts';
import { element, textAt } from './svg.ts';
import { fitText } from './textWidth.ts';

/** One example in a gallery. */
export interface GalleryTile {
  /** Data URL of its image; undefined where there is none, and its class name is shown large. */
  readonly image: string | undefined;
  readonly name: string;
  /** Below the name, e.g. a distance. */
  readonly note: string;
  readonly verdict: 'query' | 'right' | 'wrong';
  /** Its index, by which a page finds it on its map. */
  readonly example?: number;
}

/** Images as `spriteSheet` makes them. */
export const sprite: OptionKind<Sprite> = {
  expected: 'a sprite sheet, as await spriteSheet(images, { shape }) returns it',
  accepts: (value) =>
    typeof value === 'object' &&
    value !== null &&
    'pixels' in value &&
    'count' in value &&
    'tileWidth' in value,
};

/** Height of the two lines below an image. */
export const tileCaption = 36;

const verdicts = {
  query: { color: '#98a2b3', sign: '' },
  right: { color: '#2e8b24', sign: 'M-3.4 .2l2.3 2.4 4.4-5' },
  wrong: { color: '#d92d20', sign: 'M-2.6-2.6l5.2 5.2m0-5.2l-5.2 5.2' },
};

/** An image in a frame with a sign for right or wrong, its class and a note below; `x, y` is its upper left corner. */
export function drawTile(x: number, y: number, size: number, tile: GalleryTile): string {
  const { image, name, note, verdict, example } = tile;
  const { color, sign } = verdicts[verdict];
  const middle = x + size / 2;
  const frame = { x: x - 3, y: y - 3, width: size + 6, height: size + 6, rx: 6 };
  const badge = element(
    'g',
    { transform: `translate(${x + size - 1} ${y + 1})` },
    element('circle', { r: 7.5, fill: color }),
    element('path', { d: sign, fill: 'none', stroke: '#fff', 'stroke-width': 1.8 }),
  );
  const parts = [
    element('rect', { class: 'panel', ...frame, stroke: color, 'stroke-width': 2.5 }),
    image === undefined
      ? textAt(middle, y + size / 2 + 5, fitText(name, 13, size - 4), caption(13))
      : element('image', { x, y, width: size, height: size, href: image, style: crisp }) +
        textAt(middle, y + size + 18, fitText(name, 12, size + 10, true), caption(12)),
    sign === '' ? '' : badge,
    textAt(middle, y + size + (image === undefined ? 19 : 32), fitText(note, 11, size + 10), {
      ...caption(11),
      class: 'muted',
      'font-weight': 400,
    }),
  ];
  return example === undefined
    ? parts.join('')
    : element('g', { 'data-example': example }, ...parts);
}

const crisp = 'image-rendering:pixelated';

function caption(fontSize: number): Record<string, string | number> {
  return { class: 'ink', 'font-size': fontSize, 'font-weight': 700, 'text-anchor': 'middle' };
}

/** Throws unless each value is the index of an example. */
export function checkIndices(
  where: string,
  name: string,
  indices: ArrayLike<number>,
  count: number,
): void {
  if (typeof indices !== 'object' || typeof indices?.length !== 'number') {
    throw new MetricLearningError({
      where,
      expected: `${name} to be an array of indices`,
      got: show(indices),
    });
  }
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (Number.isInteger(index) && index >= 0 && index < count) continue;
    throw new MetricLearningError({
      where,
      expected: `${name} to be indices of the ${count} examples`,
      got: `${show(index)} at index ${i}`,
    });
  }
}
