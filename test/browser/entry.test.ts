import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';
import { type SiteServer, serve } from './server.ts';

let browser: Browser;
let site: SiteServer;
const folder = mkdtempSync(join(tmpdir(), 'entry-site-'));

beforeAll(async () => {
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><body style="margin:0">' +
      '<div id="map" style="width:600px;height:400px"></div><script type="module" src="stories.js"></script>',
  );
  await build({
    entryPoints: [fileURLToPath(new URL('entry/stories.ts', import.meta.url))],
    outdir: folder,
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  [browser, site] = await Promise.all([startChromium({ graphics: false }), serve(folder, false)]);
});
afterAll(async () => {
  site?.close();
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const kept = {
  embedding: [expect.any(Number), expect.any(Number)],
  files: [
    { name: 'a', size: 1 },
    { name: 'b', size: 2 },
  ],
};
const recalled = ({ embedding }: { readonly embedding: readonly number[] }) => ({
  embedding,
  bytes: [4, 5],
  missing: true,
  removed: [true, false],
  left: [{ name: 'b', size: 2 }],
  checkpoints: true,
  others: [],
  room: true,
});

describe('In Chromium', () => {
  let page: Page;
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 600, height: 400 } });
    await page.goto(site.url);
    await page.waitForFunction(() => globalThis.stories);
    return () => page.close();
  });

  test('the store keeps files, a model and checkpoints over a reload', async () => {
    const before = await page.evaluate(() => globalThis.stories.keep());
    expect(before).toEqual(kept);
    await page.reload();
    await page.waitForFunction(() => globalThis.stories);
    expect(await page.evaluate(() => globalThis.stories.recall())).toEqual(
      recalled(before as { embedding: number[] }),
    );
  });

  test('a store without room says how much is in use, and keeps the file as it was', async () => {
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(site.url).origin,
      quotaSize: 2_000_000,
    });
    expect(await page.evaluate(() => globalThis.stories.overfill(8_000_000))).toEqual({
      message: expect.stringMatching(
        /^MetricLearningError: browserStore: .*"large".*no more room: \d+ MB of \d+ MB are in use/s,
      ),
      kept: [7],
    });
  });

  test('a map of a million points has every class in its color, and answers a click', async () => {
    await page.evaluate(() => globalThis.stories.millionPoints());
    const dots = (x: number, y: number): Promise<number[]> =>
      page.evaluate(([u, v]) => globalThis.stories.dotsAt(u, v), [x, y] as const);
    await expect
      .poll(async () => (await dots(175, 330))[3], { timeout: 10_000 })
      .toBeGreaterThan(100);
    expect(await dots(300, 210), 'the middle is empty').toEqual([0, 0, 0, 0]);
    const places = [
      [175, 330, [255, 0, 0]],
      [425, 330, [0, 170, 0]],
      [175, 90, [0, 0, 255]],
      [425, 90, [170, 0, 170]],
    ] as const;
    for (const [index, [x, y, color]] of places.entries()) {
      const [red, green, blue, opacity] = await dots(x, y);
      expect([red, green, blue], `the color of class ${index}`).toEqual(color);
      expect(opacity).toBeGreaterThan(100);
      await page.mouse.click(x, y);
      await expect.poll(() => page.title()).toBe(`${index}`);
    }
  });
});

test('In Firefox the store keeps files, a model and checkpoints over a reload', async () => {
  const page = await startFirefox();
  try {
    await page.goto(site.url);
    await page.until('globalThis.stories');
    const before = await page.evaluate('stories.keep()');
    expect(before).toEqual(kept);
    await page.goto(site.url);
    await page.until('globalThis.stories');
    expect(await page.evaluate('stories.recall()')).toEqual(
      recalled(before as { embedding: number[] }),
    );
  } finally {
    await page.close();
  }
});
