import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkBetween, show } from '../../internal/checks.ts';
import type { ChartOptions, Theme } from '../chartOptions.ts';
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

/** Throws unless size and theme are such that a picture can be drawn. */
export function checkChart(where: string, width: number, height: number, theme: Theme): void {
  checkBetween(where, 'width', width, 240, 4000);
  checkBetween(where, 'height', height, 160, 4000);
  if (theme === 'light' || theme === 'dark' || theme === 'auto') return;
  throw new MetricLearningError({
    where,
    expected: `theme to be 'light', 'dark' or 'auto'`,
    got: show(theme),
  });
}

/** Height that `heading` takes, from the picture's upper edge. */
export function headingHeight(title: string, subtitle: string): number {
  const lines = (title === '' ? 0 : 24) + (subtitle === '' ? 0 : 20);
  return padding + lines + (lines === 0 ? 0 : 6);
}

/** A whole SVG document: ground, heading, and the `body` below it. */
export function chartSvg(
  { title = '', subtitle = '', theme = 'light' }: ChartOptions,
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
