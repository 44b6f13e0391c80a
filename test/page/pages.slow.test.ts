import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spriteSheet } from '../../src/formats/spriteSheet.ts';
import { embeddingMapHtml } from '../../src/page/embeddingMapHtml.ts';
import { reportHtml } from '../../src/page/reportHtml.ts';
import { pca } from '../../src/projection/pca.ts';
import { startChromium } from '../browser/chromium.ts';
import { mnist } from '../charts/mnist.ts';
import { openPage } from './openPage.ts';

const count = 10_000;
let browser: Browser;
let html: string;
const attack = '</script><img src=x onerror="window.attacked=1"><script>window.attacked=1</script>';

beforeAll(async () => {
  browser = await startChromium();
  const { pixels, labels } = mnist(count);
  // Every eighth pixel is enough to place them.
  const few = Float32Array.from({ length: count * 98 }, (_, i) => pixels[i * 8] as number);
  const { points } = await pca({ data: few, shape: [count, 98] });
  const swapped = points.map((_, i) => points[i ^ 1] as number);
  html = embeddingMapHtml({
    title: 'MNIST',
    maps: [
      { name: 'default', points, note: 'PCA' },
      { name: 'test', points: swapped },
    ],
    labels,
    names: { 3: attack },
    captions: Array.from(labels, (label, i) => `image ${i} shows ${label}`),
    neighbors: {
      indices: Int32Array.from(
        { length: 3 * count },
        (_, i) => (Math.floor(i / 3) + 1 + (i % 3)) % count,
      ),
      k: 3,
    },
    thumbnails: await spriteSheet(pixels, { shape: [28, 28] }),
  });
});
afterAll(() => browser?.close());

const open = (content: string, options?: BrowserContextOptions, before?: string) =>
  openPage(browser, content, options, before);

/** Pixels that are painted in the left and right half of the dots, in a frame that draws them again. */
async function painted(page: Page): Promise<[left: number, right: number]> {
  return page.evaluate(
    () =>
      new Promise<[number, number]>((resolve) => {
        const dots = document.querySelector('.dots') as HTMLCanvasElement;
        const [first] = document.querySelectorAll<HTMLElement>('.classes button');
        first?.click(); // one class stands out, and then none again
        first?.click();
        requestAnimationFrame(() => {
          const copy = document.createElement('canvas');
          copy.width = dots.width;
          copy.height = dots.height;
          const context = copy.getContext('2d') as CanvasRenderingContext2D;
          context.drawImage(dots, 0, 0);
          const { data } = context.getImageData(0, 0, copy.width, copy.height);
          const halves: [number, number] = [0, 0];
          for (let i = 3; i < data.length; i += 4) {
            if (data[i] === 0) continue;
            const half = ((i - 3) / 4) % copy.width < copy.width / 2 ? 0 : 1;
            halves[half]++;
          }
          resolve(halves);
        });
      }),
  );
}

/** WebGL that the processor plays is told by its name, and not used: here it has another name. */
const withCard = `const parameter = WebGLRenderingContext.prototype.getParameter;
  WebGLRenderingContext.prototype.getParameter = function (name) {
    return name === 0x9246 ? 'a graphics card' : parameter.call(this, name);
  };`;

describe('the page with maps', () => {
  test('draws all dots in both panels, and loads nothing', async () => {
    const { page, complaints } = await open(html);
    const [left, right] = await painted(page);
    expect(left).toBeGreaterThan(20_000);
    expect(right).toBeGreaterThan(20_000);
    expect(await page.title()).toBe('MNIST');
    expect(await page.locator('.captions').textContent()).toMatch(/default\s*PCA\s*test/);
    expect(await page.evaluate('window.attacked')).toBeUndefined();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('draws the same without a graphics card', async () => {
    const noWebgl = `const own = HTMLCanvasElement.prototype.getContext;
      HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        return kind === 'webgl' ? null : own.call(this, kind, ...rest);
      };`;
    const { page, complaints } = await open(html, {}, noWebgl);
    const card = await open(html, {}, withCard);
    const [plain, fast] = [await painted(page), await painted(card.page)];
    expect(Math.abs(plain[0] / fast[0] - 1)).toBeLessThan(0.25);
    expect(complaints).toEqual([]);
    await page.context().close();
    await card.page.context().close();
  });

  test('tells what the pointer is at, keeps it on a click, and steps with the keys', async () => {
    const { page } = await open(html);
    const stage = await page.locator('.stage').boundingBox();
    const [x, y] = [(stage?.x ?? 0) + 240, (stage?.y ?? 0) + (stage?.height ?? 0) / 2];
    await page.mouse.move(x, y);
    const tip = page.locator('.tip');
    await tip.waitFor({ state: 'visible' });
    const index = Number((await tip.locator('.index').textContent())?.slice(1));
    expect(await tip.locator('.caption').textContent()).toContain(`image ${index} shows`);
    await page.mouse.click(x, y);
    expect(await page.locator('.live').textContent()).toContain(`Example ${index}, class`);
    expect(await page.locator('.card .index').textContent()).toBe(`#${index}`);
    expect(await page.locator('.strip button').count()).toBe(3);
    await page.locator('.strip button').first().click();
    expect(await page.locator('.live').textContent()).toContain(`Example ${(index + 1) % count},`);
    await page.locator('.stage').focus();
    await page.keyboard.press('n');
    expect(await page.locator('.live').textContent()).toContain(`Example ${(index + 2) % count},`);
    await page.keyboard.press('Escape');
    expect(await page.locator('.live').textContent()).toBe('');
    await page.context().close();
  });

  test('zooms until images take the place of dots, and back to the whole map', async () => {
    const { page } = await open(html);
    const overlay = (): Promise<number> =>
      page.evaluate(() => {
        const above = document.querySelector('.above') as HTMLCanvasElement;
        const context = above.getContext('2d') as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, above.width / 2, above.height);
        return data.filter((value, i) => i % 4 === 3 && value === 255).length;
      });
    const before = await overlay();
    await page.locator('.stage').focus();
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    await expect.poll(overlay, { timeout: 10_000 }).toBeGreaterThan(before + 5000);
    await page.keyboard.press('0');
    await expect.poll(overlay, { timeout: 10_000 }).toBeLessThan(before + 1000);
    await page.context().close();
  });

  test('highlights classes, and shows all again', async () => {
    const { page } = await open(html);
    const [all] = await painted(page);
    const buttons = page.locator('.classes button');
    expect(await buttons.count()).toBe(10);
    expect(await buttons.nth(3).locator('.name').textContent()).toBe(attack);
    await buttons.nth(1).click();
    expect(await buttons.nth(1).getAttribute('aria-pressed')).toBe('true');
    expect(await buttons.nth(2).getAttribute('class')).toBe('muted');
    await page.locator('.stage').focus();
    await page.keyboard.press('n');
    expect(await page.locator('.live').textContent()).toMatch(/class 1$/);
    await page.locator('.all').click();
    expect(await buttons.nth(1).getAttribute('aria-pressed')).toBe('false');
    expect(await painted(page)).toEqual([all, expect.any(Number)]);
    await page.context().close();
  });

  test('turns one map into the other', async () => {
    const { page } = await open(html);
    await page.locator('.single').click();
    const panels = (): Promise<number> => page.locator('.captions div').count();
    await expect.poll(panels).toBe(1);
    await expect.poll(() => page.locator('.share').inputValue(), { timeout: 45_000 }).toBe('1');
    expect(await page.locator('.captions').textContent()).toBe('test');
    await page.locator('.split').click();
    await expect.poll(panels).toBe(2);
    await page.context().close();
  });

  test('draws the dots again for another view or other colors, not for a pointer that moves', async () => {
    const count = `window.drawn = 0;
      const draw = WebGLRenderingContext.prototype.drawElements;
      WebGLRenderingContext.prototype.drawElements = function (...rest) {
        window.drawn++;
        return draw.apply(this, rest);
      };`;
    const { page } = await open(html, {}, withCard + count);
    const settled = async (): Promise<number> => {
      let [before, now] = [-1, 0];
      while (before !== now) {
        before = now;
        await page.evaluate(
          () =>
            new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
        );
        now = Number(await page.evaluate('window.drawn'));
      }
      return now;
    };
    const stage = await page.locator('.stage').boundingBox();
    const [x, y] = [(stage?.x ?? 0) + 240, (stage?.y ?? 0) + (stage?.height ?? 0) / 2];
    const first = await settled();
    expect(first).toBeGreaterThan(0);
    for (let i = 0; i < 5; i++) await page.mouse.move(x + 12 * i, y);
    await page.locator('.tip').waitFor({ state: 'visible' });
    expect(await settled()).toBe(first);
    await page.mouse.wheel(0, -80);
    const zoomed = await settled();
    expect(zoomed).toBeGreaterThan(first);
    await page.locator('.classes button').first().click();
    expect(await settled()).toBeGreaterThan(zoomed);
    await page.context().close();
  });

  test('fits a phone, light and dark', async () => {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints } = await open(html, { ...phone, colorScheme });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(390);
      await page.locator('.stage').tap({ position: { x: 180, y: 140 } });
      expect(await page.locator('.live').textContent()).toMatch(/^Example \d+/);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });
});

test('the report shows its pictures and its map in a browser', async () => {
  const report = await reportHtml({
    title: 'Report',
    scores: { 'precision at 1': 0.97 },
    history: { loss: [1, 0.5] },
    maps: [
      {
        name: attack,
        points: [
          [0, 0],
          [1, 1],
          [2, 0],
        ],
      },
    ],
    labels: [0, 1, 0],
    names: { 0: attack },
    roc: { tar: [0, 0.75, 1], far: [0, 0.25, 1] },
    gallery: [{ query: 0, neighbors: [2, 1] }],
  });
  const { page, complaints } = await open(report);
  for (const svg of await page.locator('.figure:not(.narrow) svg').all()) {
    const box = await svg.boundingBox();
    expect(box?.width).toBeGreaterThan(300);
  }
  expect((await painted(page))[0]).toBeGreaterThan(10);
  expect(await page.evaluate('window.attacked')).toBeUndefined();
  expect(complaints).toEqual([]);
  await page.context().close();
});
