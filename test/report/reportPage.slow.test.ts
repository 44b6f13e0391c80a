import { type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { report } from '../../src/report/report.ts';
import { startChromium } from '../browser/chromium.ts';
import { mnist } from '../charts/mnist.ts';
import { openPage } from '../page/openPage.ts';

const { pixels, labels } = mnist(400);
const total = 400;
const limit = 300; // so that an example's number is not its place on the page
let browser: Browser;
let html: string;

beforeAll(async () => {
  browser = await startChromium();
  const base = sequential({
    layers: [
      layers.flatten({ inputShape: [28, 28, 1] }),
      layers.dense({ units: 7, name: 'out', useBias: false }),
    ],
  });
  const weights = tensor2d(
    Float32Array.from({ length: 784 * 7 }, (_, i) => +(Math.floor(i / 7 / 112) === i % 7)),
    [784, 7],
  );
  base.getLayer('out').setWeights([weights as Tensor]);
  html = await report(
    base,
    { examples: pixels, labels },
    {
      limit,
      title: 'MNIST',
      captions: Array.from(labels, (label, i) => `test image ${i}, a ${label}`),
      history: { loss: [1, 0.5], valLoss: [0.9, 0.6] },
    },
  );
  base.dispose();
  weights.dispose();
});
afterAll(() => browser?.close());

/** The image on a canvas of the page, as the bytes of its first channel. */
const imageOn = (page: Page, selector: string): Promise<number[]> =>
  page.locator(selector).evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    return Array.from(data.filter((_, i) => i % 4 === 0));
  });

const digit = (i: number): number[] => Array.from(pixels.subarray(784 * i, 784 * (i + 1)));

/** Pixels drawn above the dots in the left and right half of the stage. */
const drawnAbove = (page: Page): Promise<[number, number]> =>
  page.locator('.above').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const half = Math.floor(canvas.width / 2);
    const count = (x: number): number =>
      context.getImageData(x, 0, half, canvas.height).data.filter((v, i) => i % 4 === 3 && v > 0)
        .length;
    return [count(0), count(half)];
  });

describe('the page of a report on MNIST', () => {
  test('opens without complaint, and asks the network for nothing', async () => {
    const { page, complaints } = await openPage(browser, html);
    await page.waitForTimeout(300);
    expect(await page.title()).toBe('MNIST');
    expect(await page.locator('.scores > div').count()).toBe(8);
    for (const svg of await page.locator('.figure:not(.narrow) svg').all()) {
      expect((await svg.boundingBox())?.width).toBeGreaterThan(300);
    }
    expect(await page.locator('.captions').textContent()).toMatch(/Before.*PCA.*After.*PCA/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('the pointer shows the image, number, class and caption of what it is at', async () => {
    const { page, complaints } = await openPage(browser, html);
    const stage = page.locator('.stage');
    await stage.scrollIntoViewIfNeeded();
    const box = (await stage.boundingBox())!;
    const seen = new Set<number>();
    for (let step = 0; step < 40 && seen.size < 4; step++) {
      await page.mouse.move(box.x + 60 + 9 * step, box.y + box.height / 2 + 3 * (step % 5));
      if (!(await page.locator('.tip').isVisible())) continue;
      const id = Number((await page.locator('.tip .index').textContent())?.slice(1));
      seen.add(id);
      expect(await imageOn(page, '.tip canvas')).toEqual(digit(id));
      expect(await page.locator('.tip .name').textContent()).toBe(String(labels[id]));
      expect(await page.locator('.tip .caption').textContent()).toBe(
        `test image ${id}, a ${labels[id]}`,
      );
    }
    expect(seen.size).toBe(4);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test('marks what is found in both maps, and joins the two', async () => {
    const { page } = await openPage(browser, html);
    const before = await drawnAbove(page);
    const field = page.getByLabel('Find an example by its number or text');
    await field.fill('#123456');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await field.fill('a 7');
    const first = (await page.locator('.live').textContent()) ?? '';
    expect(first).toMatch(/^Example \d+, class 7$/);
    await expect.poll(async () => (await drawnAbove(page))[0]).toBeGreaterThan(before[0]);
    expect((await drawnAbove(page))[1]).toBeGreaterThan(before[1]);
    await field.press('Enter');
    expect(await page.locator('.live').textContent()).not.toBe(first);

    const id = Number(first.match(/\d+/)?.[0]);
    await field.fill(String(id));
    expect(await field.getAttribute('aria-invalid')).toBe('false');
    expect(await page.locator('.card .index').textContent()).toBe(`#${id}`);
    expect(await imageOn(page, '.card > canvas')).toEqual(digit(id));
    expect(await page.locator('.strip button').count()).toBe(8);
    await page.context().close();
  });

  test('an image in a gallery leads to its place on the map', async () => {
    const { page } = await openPage(browser, html);
    const tile = page.locator('.figure:not(.narrow) [data-example]').first();
    const number = (await tile.locator('text').last().textContent()) ?? '';
    await tile.click();
    expect(await page.locator('.card .index').textContent()).toBe(number);
    await expect
      .poll(() => page.locator('.stage').evaluate((e) => e.getBoundingClientRect().top))
      .toBeLessThan(400);
    await page.context().close();
  });

  test('a class in the legend is all one sees and steps through', async () => {
    const { page } = await openPage(browser, html);
    const buttons = page.locator('.classes button');
    const counts = await buttons.locator('.count').allTextContents();
    expect(counts.reduce((sum, text) => sum + Number(text), 0)).toBe(limit);
    await buttons.nth(4).click();
    await page.locator('.stage').focus();
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('n');
      expect(await page.locator('.live').textContent()).toMatch(/class 4$/);
    }
    await page.context().close();
  });

  test('fits windows from phone to desk, light and dark', async () => {
    for (const [width, colorScheme] of [
      [390, 'light'],
      [390, 'dark'],
      [900, 'dark'],
      [1440, 'light'],
    ] as const) {
      const { page, complaints } = await openPage(browser, html, {
        viewport: { width, height: 844 },
        colorScheme,
      });
      const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(scroll, `${width} px`).toBe(width);
      for (const figure of await page.locator('.figure').all()) {
        if (!(await figure.isVisible())) continue;
        const clipped = await figure.evaluate((e) => e.scrollWidth - e.clientWidth);
        expect(
          clipped,
          `${width} px: ${await figure.locator('..').textContent()}`.slice(0, 60),
        ).toBeLessThanOrEqual(0);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  test('knows the examples it was not given by their absence', () => {
    expect(html.includes(`The page is of ${limit} of the ${total} examples`)).toBe(true);
  });
});
