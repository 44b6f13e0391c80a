import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChromium } from '../browser/chromium.ts';
import { zoo } from './zoo.ts';

// Debian: apt-get install fonts-dejavu-core fonts-liberation fonts-roboto-unhinted. Liberation Sans is as wide as Arial.
const fonts = ['DejaVu Sans', 'Liberation Sans', 'Roboto', 'system-ui', 'sans-serif'];
let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await startChromium();
  page = await browser.newPage();
  const pictures = await Promise.all(
    Object.entries(zoo).map(async ([name, draw]) => `<div id="${name}">${await draw()}</div>`),
  );
  await page.setContent(`<style id="font"></style>${pictures.join('')}`);
});
afterAll(() => browser?.close());

test.each(fonts.slice(0, 3))('the font %s is installed', async (font) => {
  const widths = await page.evaluate((name) => {
    const context = document.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
    return ['serif', 'monospace'].map((other) => {
      context.font = `40px '${name}', ${other}`;
      return context.measureText('Wohnzimmer il 123').width;
    });
  }, font);
  expect(
    widths[0],
    `apt-get install fonts-dejavu-core fonts-liberation fonts-roboto-unhinted`,
  ).toBe(widths[1]);
});

describe.each(fonts)('in %s', (font) => {
  beforeAll(async () => {
    const rule = `svg[role=img]{font-family:'${font}'!important}`;
    await page.evaluate(
      (text) => {
        (document.querySelector('#font') as HTMLElement).textContent = text;
      },
      rule.replace(/'(system-ui|sans-serif)'/, '$1'),
    );
  });

  test.each(Object.keys(zoo))(
    'no text of %s touches another or leaves the picture',
    async (name) => {
      expect(await page.evaluate(touching, name)).toEqual([]);
    },
  );
});

/** Runs in the page: pairs of texts that overlap, and texts that are not within their picture. */
function touching(id: string): string[] {
  type Point = readonly [number, number];
  const svg = document.querySelector(`[id="${id}"] svg`) as SVGSVGElement;
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].map((text) => {
    const { x, y, width, height } = text.getBBox();
    const matrix = text.getScreenCTM() as DOMMatrix;
    // The box of a line reaches above and below its letters.
    const [top, bottom] = [y + 0.16 * height, y + 0.86 * height];
    const corners = [
      [x + 0.5, top],
      [x + width - 0.5, top],
      [x + width - 0.5, bottom],
      [x + 0.5, bottom],
    ].map(([cornerX, cornerY]): Point => {
      const { x: left, y: below } = new DOMPoint(cornerX, cornerY).matrixTransform(matrix);
      return [left, below];
    });
    return { name: text.textContent ?? '', corners };
  });
  // Two convex shapes are apart if the direction across a side of one of them separates them.
  const apart = (a: readonly Point[], b: readonly Point[]): boolean =>
    [a, b].some((shape) =>
      shape.some(([x, y], i) => {
        const [nextX, nextY] = shape[(i + 1) % shape.length] as Point;
        const along = ([px, py]: Point): number => px * (nextY - y) - py * (nextX - x);
        const [p, q] = [a.map(along), b.map(along)];
        return Math.max(...p) <= Math.min(...q) || Math.max(...q) <= Math.min(...p);
      }),
    );
  const found: string[] = [];
  texts.forEach(({ name, corners }, i) => {
    const outside = corners.some(
      ([x, y]) => x < frame.left || x > frame.right || y < frame.top || y > frame.bottom,
    );
    if (outside) found.push(`"${name}" leaves the picture`);
    for (const other of texts.slice(0, i)) {
      if (!apart(corners, other.corners)) found.push(`"${name}" touches "${other.name}"`);
    }
  });
  return found;
}
