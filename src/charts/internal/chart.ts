import type { Theme } from '../chartOptions.ts';
import { element, escapeXml, textAt } from './svg.ts';
import { fitText } from './textWidth.ts';
import { themeStyle } from './theme.ts';

/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Space around what is drawn, in pixels. */
export const padding = 20;

/** How far the heading reaches down from the picture's upper edge, in pixels. */
export function headingHeight(title: string, subtitle: string): number {
  const lines = (title === '' ? 0 : 24) + (subtitle === '' ? 0 : 20);
  return padding + lines + (lines === 0 ? 0 : 6);
}

/** What a heading says, and the colors of the picture. */
interface Heading {
  readonly title: string;
  readonly subtitle: string;
  readonly theme: Theme;
}

/** A whole SVG document: ground, heading, and the `body` below it. */
export function chartSvg(
  { title, subtitle, theme }: Heading,
  width: number,
  height: number,
  description: string,
  body: readonly string[],
): string {
  const room = width - 2 * padding;
  const heading: string[] = [];
  if (title !== '') {
    const style = { class: 'ink', 'font-size': 17, 'font-weight': 700 };
    heading.push(textAt(padding, padding + 15, fitText(title, 17, room, true), style));
  }
  if (subtitle !== '') {
    const y = padding + (title === '' ? 12 : 36);
    const style = { class: 'muted', 'font-size': 13 };
    heading.push(textAt(padding, y, fitText(subtitle, 13, room), style));
  }
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      class: `chart-${theme}`,
      role: 'img',
      'aria-label': description,
    },
    element('title', {}, escapeXml(title === '' ? description : title)),
    element('desc', {}, escapeXml(description)),
    element('style', {}, themeStyle(theme)),
    theme === 'auto' ? '' : element('rect', { class: 'paper', width, height }),
    ...heading,
    ...body,
  );
}
