import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startChromium } from './chromium.ts';
import { type FirefoxPage, startFirefox } from './firefox.ts';
import { type SiteServer, serve } from './server.ts';

const example = fileURLToPath(new URL('../../examples/browser/', import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Place = readonly [number, number];

/** Strokes in a square of 280 x 280. */
const seven: Place[] = [
  [75, 60],
  [140, 58],
  [205, 60],
  [175, 140],
  [140, 230],
];
const star: Place[] = Array.from({ length: 6 }, (_, i) => {
  const angle = -Math.PI / 2 + (i * 4 * Math.PI) / 5;
  return [140 + 105 * Math.cos(angle), 145 + 105 * Math.sin(angle)];
});
/** The same by a hand that shakes a little. */
const shaken = (stroke: readonly Place[], by: number): Place[] =>
  stroke.map(([x, y], i) => [x + by * Math.cos(7 * i + by), y + by * Math.sin(5 * i + by)]);

let site: SiteServer;
/** The same without the headers that give threads. */
let plain: SiteServer;
let browser: Browser;
beforeAll(async () => {
  execFileSync('node', ['scripts/build.mjs'], { cwd: example });
  [browser, site, plain] = await Promise.all([
    startChromium({ graphics: false, camera: true }),
    serve(`${example}dist`, true),
    serve(`${example}dist`, false),
  ]);
});
afterAll(async () => {
  site?.close();
  plain?.close();
  await browser?.close();
});

describe('The page that learns, in Chromium', () => {
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  const visit = async (
    options: Parameters<Browser['newContext']>[0] = {},
    url = site.url,
  ): Promise<void> => {
    complaints.length = 0;
    context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    page.on('request', (request) => {
      const asked = request.url();
      if (!asked.startsWith(url) && !/^(data|blob):/.test(asked)) complaints.push(asked);
    });
    await page.goto(url);
    await page.waitForSelector('body[data-ready]');
  };
  afterEach(async () => {
    expect(complaints).toEqual([]);
    await context.close();
  });

  const draw = async (stroke: readonly Place[]): Promise<void> => {
    await page.click('#clear');
    await page.locator('#pen').scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await page.locator('#pen').boundingBox())!;
    const at = ([u, v]: Place): [number, number] => [x + (u * width) / 280, y + (v * height) / 280];
    await page.mouse.move(...at(stroke[0]!));
    await page.mouse.down();
    for (const place of stroke.slice(1)) await page.mouse.move(...at(place), { steps: 5 });
    await page.mouse.up();
  };
  const verdict = (words: string): Promise<unknown> =>
    page.waitForFunction(
      (text) => document.querySelector('#verdict strong')?.textContent === text,
      words,
      { timeout: 20_000 },
    );

  test('sees sevens in a seven, and is told by no star; taught the star, it knows it, also after a reload', async () => {
    await visit();
    expect(await page.textContent('#backend')).toContain('the page is cross-origin isolated');
    await draw(seven);
    await verdict('7');
    expect(await page.locator('#neighbors li').count()).toBe(5);
    expect(
      await page.locator('#neighbors canvas').evaluateAll((all) => all.map((one) => one.ariaLabel)),
    ).toEqual(Array(5).fill('7, at a distance of'));

    await draw(star);
    await verdict('Like nothing I know');
    for (const by of [0, 5, 10]) {
      await draw(shaken(star, by));
      await page.fill('#name', 'star');
      await page.click('#teach-button');
      const count = by / 5 + 1;
      await page.waitForFunction(
        (n) => document.querySelector('#taught .count')?.textContent?.startsWith(`${n} `),
        count,
      );
    }
    await draw(shaken(star, 7));
    await verdict('star');
    await page.waitForFunction(
      () => document.querySelector('#keep-note')?.textContent === 'Kept in this browser.',
    );

    await page.reload();
    await page.waitForSelector('body[data-ready]');
    expect(await page.textContent('#taught b')).toBe('star');
    await draw(shaken(star, 3));
    await verdict('star');

    await page.click('#taught button');
    await verdict('Like nothing I know');
    await page.click('#undo');
    await verdict('star');
  }, 180_000);

  test('trains: the loss falls, the map moves, and a seven is a seven after it', async () => {
    await visit();
    await page.selectOption('#steps', '300');
    await page.click('#start');
    await page.waitForFunction(() => Number(document.querySelector('#step')?.textContent) > 15);
    const first = Number(await page.textContent('#loss-value'));
    await page.click('#pause');
    const paused = Number(await page.textContent('#step'));
    await page.click('#pause');
    await page.waitForSelector('#start:visible', { timeout: 120_000 });
    expect(paused).toBeLessThan(300);
    expect(Number(await page.textContent('#step'))).toBe(300);
    expect(Number(await page.textContent('#loss-value'))).toBeLessThan(first);
    expect(Number.parseFloat((await page.textContent('#precision'))!)).toBeGreaterThan(85);
    await draw(seven);
    await verdict('7');
  }, 180_000);

  test.each(['light', 'dark'] as const)(
    'has no barrier that axe finds, in %s',
    async (colorScheme) => {
      await visit({ colorScheme });
      await page.click('#some-star');
      await verdict('Like nothing I know');
      await page.click('details summary');
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const { violations } = await (
          globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          }
        ).axe.run();
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
        );
      });
      expect(found).toEqual([]);
    },
  );

  /** A picture of one shape, as a file; no two are the same. */
  const picture = async (shape: 'ball' | 'box', i: number): Promise<Buffer> => {
    const url = await page.evaluate(
      ([kind, number]) => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 120;
        const context = canvas.getContext('2d')!;
        context.fillStyle = number % 2 ? '#ddd' : '#bbc';
        context.fillRect(0, 0, 120, 120);
        context.fillStyle = kind === 'ball' ? '#c22' : '#26c';
        const size = 36 + 3 * number;
        context.beginPath();
        if (kind === 'ball') context.arc(60, 60, size, 0, 7);
        else context.rect(60 - size, 60 - size, 2 * size, 2 * size);
        context.fill();
        return canvas.toDataURL();
      },
      [shape, i] as const,
    );
    return Buffer.from(url.split(',')[1]!, 'base64');
  };
  const seen = (words: string): Promise<unknown> =>
    page.waitForFunction(
      (text) => document.querySelector('#seen strong')?.textContent === text,
      words,
      { timeout: 20_000 },
    );

  test('learns from pictures of files and of a camera, and knows them after a reload', async () => {
    await visit({ permissions: ['camera'] });
    for (const kind of ['ball', 'box'] as const) {
      await page.fill('#kind', kind);
      const buffers = await Promise.all([0, 1, 2, 3].map((i) => picture(kind, i)));
      await page.setInputFiles(
        '#files',
        buffers.map((buffer, i) => ({ name: `${i}.png`, mimeType: 'image/png', buffer })),
      );
      await page.waitForSelector(`#kinds li:has-text("${kind}")`);
    }
    await page.waitForFunction(() =>
      document.querySelector('#pictures-note')?.textContent?.includes('100 % find their kind'),
    );
    const file = { name: 'asked.png', mimeType: 'image/png', buffer: await picture('box', 1.5) };
    await page.setInputFiles('#ask-file', file);
    await seen('box');

    await page.click('#camera');
    await seen('Like nothing I know');
    await page.fill('#kind', 'test picture');
    for (const count of [1, 2, 3]) {
      await page.click('#take');
      await page.waitForSelector(`#kinds li:nth-child(3) .strip canvas:nth-child(${count})`);
    }
    await seen('test picture');
    await page.click('#camera');

    await page.reload();
    await page.waitForSelector('#kinds li:nth-child(3)');
    await page.setInputFiles('#ask-file', file);
    await seen('box');
  }, 60_000);

  test('saves all in a file, which opens elsewhere with what was taught', async () => {
    await visit();
    await draw(star);
    await verdict('Like nothing I know');
    await page.fill('#name', 'star');
    await page.click('#teach-button');
    await page.waitForSelector('#taught b');
    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    expect(saved.suggestedFilename()).toBe('drawings.bundle');
    const file = await saved.path();
    const elsewhere = context;
    await visit();
    expect(await page.locator('#taught li').count()).toBe(0);
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#open')]);
    await chooser.setFiles(file);
    await page.waitForSelector('#taught b');
    await draw(star);
    await verdict('star');
    await elsewhere.close();
  }, 60_000);

  test('gets its threads by a service worker from a host that sends no headers', async () => {
    await visit({}, plain.url);
    expect(await page.textContent('#backend')).toContain('the page is not cross-origin isolated');
    await page.click('#isolate');
    await page.waitForFunction(() => crossOriginIsolated && document.body.dataset['ready']);
    expect(await page.textContent('#backend')).toContain('the page is cross-origin isolated');
  });

  test('says what is wrong with a file or a camera in a sentence', async () => {
    await visit();
    await page.fill('#kind', 'ball');
    await page.setInputFiles('#files', {
      name: 'notes.txt',
      mimeType: 'text/plain',
      buffer: Buffer.from('no picture'),
    });
    const note = (words: string): Promise<unknown> =>
      page.waitForFunction(
        (text) => document.querySelector('#pictures-note')?.textContent === text,
        words,
      );
    await note('notes.txt is no picture that this browser can read.');
    await page.click('#camera');
    await note(
      'The camera is not allowed. Allow it in the settings of the browser for this page, or choose files instead.',
    );
  });

  test('fits a phone of 360 pixels, and can be used by keys alone', async () => {
    await visit({ viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.focus('#pen');
    await page.keyboard.press(' ');
    for (let i = 0; i < 14; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press(' ');
    await page.waitForFunction(() => document.querySelectorAll('#neighbors li').length === 5);
    await verdict('1');
  });
});

describe('The page that learns, in Firefox', () => {
  let page: FirefoxPage;
  beforeAll(async () => {
    page = await startFirefox();
  });
  afterAll(() => page?.close());

  const draw = async (stroke: readonly Place[]): Promise<void> => {
    await page.click('#clear');
    const [left, top, size] = await page.evaluate<[number, number, number]>(
      `(() => { const pen = document.querySelector('#pen'); pen.scrollIntoView({ block: 'center' });
        const { left, top, width } = pen.getBoundingClientRect(); return [left, top, width]; })()`,
    );
    await page.drag(stroke.map(([x, y]) => [left + (x * size) / 280, top + (y * size) / 280]));
  };
  const verdict = (words: string): Promise<void> =>
    page.until(
      `document.querySelector('#verdict strong').textContent === ${JSON.stringify(words)}`,
      20_000,
    );

  test('sees a seven, does not know a star, learns it, and knows it after a reload', async () => {
    await page.goto(site.url);
    await page.until(`document.body.dataset.ready`);
    await draw(seven);
    await verdict('7');
    await draw(star);
    await verdict('Like nothing I know');
    await page.evaluate(`document.querySelector('#name').value = 'star'`);
    await page.click('#teach-button');
    await page.until(
      `document.querySelector('#keep-note').textContent === 'Kept in this browser.'`,
    );
    await page.goto(site.url);
    await page.until(`document.body.dataset.ready`);
    await draw(shaken(star, 3));
    await verdict('star');
  }, 120_000);

  test('gets its threads by a service worker from a host that sends no headers', async () => {
    await page.goto(plain.url);
    await page.until(`document.body.dataset.ready`);
    expect(await page.evaluate('crossOriginIsolated')).toBe(false);
    await page.click('#isolate');
    await page.until(`crossOriginIsolated && document.body.dataset.ready`);
    expect(await page.evaluate(`document.querySelector('#backend').textContent`)).toContain(
      'the page is cross-origin isolated',
    );
  });
});
