import { lightened } from '../../charts/internal/palette.ts';
import { mixedOrder } from './layout.ts';
import type { Scene } from './scene.ts';

/** The colours of the reader's scheme. */
export interface SchemeColors {
  readonly ink: string;
  readonly paper: string;
  readonly classes: readonly string[];
  /** Font of the class names, as a canvas wants it. */
  readonly font: string;
}

/** The colours of the stage, as the style sheet has them now. */
export function schemeColors({ classes }: Scene, dark: boolean, stage: HTMLElement): SchemeColors {
  const style = getComputedStyle(stage);
  return {
    ink: style.getPropertyValue('--ink').trim(),
    paper: style.getPropertyValue('--panel').trim(),
    font: `700 15px ${style.fontFamily}`,
    classes: classes.map(({ color }) => (dark ? lightened(color) : color)),
  };
}

/** What the painter needs of every example: its colour, and the order in which they are drawn. */
export function dotStyle(
  { count, classOf }: Scene,
  colors: readonly string[],
  active: ReadonlySet<number>,
): { colors: Uint8Array<ArrayBuffer>; order: Uint32Array<ArrayBuffer> } {
  const rgb = colors.map((color) => Number.parseInt(color.slice(1), 16));
  const standsOut = (i: number): boolean => active.size === 0 || active.has(classOf[i]!);
  const bytes = new Uint8Array(4 * count);
  for (let i = 0; i < count; i++) {
    const color = rgb[classOf[i]!]!;
    bytes[4 * i] = color >> 16;
    bytes[4 * i + 1] = (color >> 8) & 255;
    bytes[4 * i + 2] = color & 255;
    bytes[4 * i + 3] = standsOut(i) ? 205 : 14;
  }
  const order = mixedOrder(count);
  if (active.size === 0) return { colors: bytes, order };
  const below = order.filter((i) => !standsOut(i));
  const sorted = new Uint32Array(count);
  sorted.set(below);
  sorted.set(order.filter(standsOut), below.length);
  return { colors: bytes, order: sorted };
}
