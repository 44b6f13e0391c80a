import { createRequire } from 'node:module';
import { dirname, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { runCode } from '../../scripts/site/client/runCode.ts';
import { startChromium } from '../browser/chromium.ts';
import { type BuiltSite, builtSite } from './builtSite.ts';

let site: BuiltSite;
let browser: Browser;
beforeAll(async () => {
  [site, browser] = await Promise.all([builtSite(), startChromium()]);
});
afterAll(async () => {
  site?.close();
  await browser?.close();
});

/** Five pages of different kinds, and the others that an accessibility check goes over. */
const five = [
  'index.html',
  'training.html',
  'losses/circleLoss.html',
  'reference/TripletModel.html',
  'gallery.html',
];
const more = ['introduction.html', 'losses/results.html', 'reference/index.html'];

describe('Links', () => {
  test('lead to pages and headings that exist', () => {
    const ids = new Map<string, Set<string>>();
    const idsOf = (page: string): Set<string> => {
      const known = ids.get(page);
      if (known !== undefined) return known;
      const found = new Set(
        [...site.read(page).matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id),
      );
      ids.set(page, found);
      return found;
    };
    const broken: string[] = [];
    for (const page of site.pages) {
      for (const [, target = ''] of site.read(page).matchAll(/ (?:href|src)="([^"]*)"/g)) {
        if (/^(https?:|data:|mailto:)/.test(target)) continue;
        const [path = '', id] = target.split('#');
        const file = path === '' ? page : posix.join(dirname(page), path);
        if (file.startsWith('live/')) continue; // a site of its own
        if (!site.exists(file)) broken.push(`${page}: ${target}`);
        else if (id !== undefined && !idsOf(file).has(id)) broken.push(`${page}: ${target}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test('are relative, and only links that one clicks leave the site', () => {
    const outside = site.pages.filter((page) =>
      /<(?:script|link|img|iframe|source)[^>]* (?:src|href)="(?:https?:)?\//.test(site.read(page)),
    );
    expect(outside).toEqual([]);
  });

  test('no heading has the id of another one on its page', () => {
    const doubled = site.pages.filter((page) => {
      const ids = [...site.read(page).matchAll(/<\w+[^>]* id="([^"]*)"/g)].map(([, id]) => id);
      return new Set(ids).size < ids.length;
    });
    expect(doubled).toEqual([]);
  });
});

/** Opens a page, and collects what it complains about and what it asks other hosts for. */
async function open(
  context: BrowserContext,
  address: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(site.url) && !/^(data|blob|file):/.test(url)) complaints.push(url);
  });
  await page.goto(address);
  return { page, complaints };
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe.each(['light', 'dark'] as const)('In %s', (colorScheme) => {
  describe.each([1280, 390])('%i pixels wide', (width) => {
    let context: BrowserContext;
    beforeAll(async () => {
      const viewport = { width, height: width < 500 ? 844 : 800 };
      context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
    });
    afterAll(() => context.close());
    // The colors of the dark theme are the same on a narrow page.
    const narrow = colorScheme === 'light' ? five : [];
    const checked = width < 1000 ? narrow : [...five, ...(colorScheme === 'light' ? more : [])];

    test.each(five)('%s is laid out as a page should be', async (address) => {
      const { page, complaints } = await open(context, site.url + address);
      const seen = await page.evaluate(look);
      expect(complaints).toEqual([]);
      expect(seen.overflowing).toEqual([]);
      expect(seen.overlapping).toEqual([]);
      expect(seen.invisible).toEqual([]);
      expect(seen.missing).toEqual([]);
      expect(seen.heading).toBeGreaterThan(20);
      const wide = width > 1000;
      expect(seen.shown).toEqual({
        tabs: wide,
        menu: wide && /training|circleLoss|TripletModel/.test(address),
        menuButton: !wide && /training|circleLoss|TripletModel/.test(address),
      });
      // The picture itself: the paper has the color of the theme, and there is dark or light ink on it.
      const { paper, ink } = await brightness(page, await page.screenshot());
      if (colorScheme === 'light') expect(paper).toBeGreaterThan(240);
      else expect(paper).toBeLessThan(40);
      expect(Math.abs(paper - ink)).toBeGreaterThan(150);
      await page.close();
    });

    test.each(checked)('%s has no fault that axe finds', async (address) => {
      const { page } = await open(context, site.url + address);
      await page.addScriptTag({ path: axeFile });
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
      );
      const faults = violations.flatMap(({ id, nodes }) =>
        nodes
          .slice(0, 3)
          .map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
      );
      expect(faults).toEqual([]);
      await page.close();
    });
  });
});

/** What a reader would see wrong. Runs in the page. */
function look(): {
  overflowing: string[];
  overlapping: string[];
  invisible: string[];
  missing: string[];
  heading: number;
  shown: { tabs: boolean; menu: boolean; menuButton: boolean };
} {
  const name = (element: Element): string => element.outerHTML.slice(0, 120);
  const box = (element: Element): DOMRect => element.getBoundingClientRect();
  const isShown = (selector: string): boolean => {
    const found = document.querySelector(selector);
    return (found?.checkVisibility() ?? false) && box(found as Element).width > 0;
  };
  // Nothing reaches over the side of the window, but for what scrolls in a box of its own.
  const inBox =
    '.table, pre, .formula, .cm-editor, .katex-mathml, #site-menu, #site-contents, .skip';
  const overflowing = [...document.querySelectorAll('body *')].filter(
    (element) =>
      !element.closest(inBox) && element.checkVisibility() && box(element).right > innerWidth + 1,
  );
  // Parts of a page, and blocks of its text, stand beside or below each other.
  const overlaps = (a: DOMRect, b: DOMRect): boolean =>
    a.width > 0 &&
    b.width > 0 &&
    a.left < b.right - 1 &&
    b.left < a.right - 1 &&
    a.top < b.bottom - 1 &&
    b.top < a.bottom - 1;
  const groups = [
    '.frame > *',
    '.top > *',
    'article > *',
    '.gallery > li',
    '.steps > li',
    '.reasons > li',
  ].map((selector) =>
    [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility()),
  );
  const overlapping = groups.flatMap((group) =>
    group.flatMap((a, i) => group.slice(i + 1).filter((b) => overlaps(box(a), box(b)))),
  );
  const invisible = [
    ...document.querySelectorAll('main h1, main h2, main p, main pre, main table'),
  ].filter((element) => !element.closest('details:not([open])') && box(element).height < 8);
  const missing = [...document.querySelectorAll('img')].filter(
    (image) => image.loading !== 'lazy' && image.naturalWidth === 0,
  );
  return {
    overflowing: overflowing.map(name),
    overlapping: overlapping.map(name),
    invisible: invisible.map(name),
    missing: missing.map(name),
    heading: Number.parseFloat(getComputedStyle(document.querySelector('h1') as Element).fontSize),
    shown: {
      tabs: isShown('.tabs'),
      menu: isShown('#site-menu'),
      menuButton: isShown('#menu-button'),
    },
  };
}

/** Of a screenshot: the brightness that most of it has, and the one that is farthest from it. */
async function brightness(page: Page, png: Buffer): Promise<{ paper: number; ink: number }> {
  return page.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const counts = new Array<number>(256).fill(0);
    for (let i = 0; i < data.length; i += 4) {
      counts[Math.round(((data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0)) / 3)]! += 1;
    }
    const paper = counts.indexOf(Math.max(...counts));
    const used = counts.flatMap((count, level) => (count > 20 ? [level] : []));
    const ink = used.reduce(
      (far, level) => (Math.abs(level - paper) > Math.abs(far - paper) ? level : far),
      paper,
    );
    return { paper, ink };
  }, png.toString('base64'));
}

describe('Search', () => {
  test.each([
    ['served', () => site.url],
    ['opened from a disk', () => pathToFileURL(`${site.folder}/`).href],
  ])('finds names and words on a page that is %s', async (_, root) => {
    const context = await browser.newContext();
    const { page, complaints } = await open(context, `${root()}losses/circleLoss.html`);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('semiHardMin');
    await page.waitForSelector('#found [aria-selected=true]');
    expect(await page.textContent('#found [aria-selected=true] strong')).toBe('semiHardMiner');
    await page.fill('dialog input', 'early stopping');
    await page.waitForFunction(() =>
      /stop/i.test(document.querySelector('#found strong')?.textContent ?? ''),
    );
    await page.keyboard.press('Enter');
    await page.waitForURL(/training\.html#/);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('Code in the page', () => {
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    ({ page, complaints } = await open(await browser.newContext(), `${site.url}index.html`));
  });
  afterAll(() => page?.context().close());

  test('is edited and run with the keyboard, on the backend that one chooses', async () => {
    await page.goto(`${site.url}losses/circleLoss.html`);
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.waitForSelector('.cm-focused');
    await page.keyboard.press('Control+End');
    await page.keyboard.type("\nconsole.log('my own line');");
    await page.keyboard.press('Control+Enter');
    await page.waitForSelector('.output[data-state=done]');
    expect(await page.locator('.printed .line').allTextContents()).toEqual([
      '8.9005',
      'my own line',
    ]);
    expect(await page.textContent('.output [role=status]')).toMatch(/^done in .* on simd$/);
    await page.selectOption('.output select', 'cpu');
    await page.getByRole('button', { name: 'Run' }).first().click();
    await page.waitForFunction(() =>
      /on cpu$/.test(document.querySelector('.output [role=status]')?.textContent ?? ''),
    );
    await page.waitForSelector('.output[data-state=done]');
    expect(await page.locator('.printed .line').allTextContents()).toEqual([
      '8.9005',
      'my own line',
    ]);
  });

  test('that is wrong says so, and code that never ends is stopped', async () => {
    await page.goto(`${site.url}losses/circleLoss.html`);
    const run = (code: string): Promise<string[]> =>
      runInPage(page, [code]).then(([lines]) => lines ?? []);
    expect(
      (
        await run("import { circleLoss } from 'tfjs-metric-learning';\ncircleLoss({ gama: 1 });")
      ).join(),
    ).toMatch(/^MetricLearningError: circleLoss: .*gamma/);
    expect((await run("import 'left-pad';")).join()).toMatch(/^The page has no module left-pad/);
    await page.getByRole('button', { name: 'Edit' }).first().click();
    await page.waitForSelector('.cm-focused');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('for (;;) {}\n');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Stop' }).click();
    expect(await page.textContent('.output [role=status]')).toBe('stopped');
  });

  test('every program that has a button to run it runs, and prints what its comments promise', async () => {
    const programs = new Map<string, string>();
    for (const address of [...site.pages].sort(guideFirst)) {
      for (const [, html = ''] of site
        .read(address)
        .matchAll(/<div class="code" data-runs[^>]*><pre[^>]*><code>([\s\S]*?)<\/code>/g)) {
        const code = plain(html);
        if (!programs.has(code)) programs.set(code, address);
      }
    }
    expect(programs.size).toBeGreaterThan(150);
    const codes = [...programs.keys()];
    const printed = await runInPage(page, codes);
    const wrong = codes.flatMap((code, i) => {
      const page = programs.get(code) as string;
      const given = printed[i] ?? [];
      const promised = [...code.matchAll(/console\.log\(.*\);\s*\/\/ (.*)$/gm)].map(
        ([, text = '']) => text,
      );
      // Examples of doc comments and of the first page promise no output, only that they run.
      const free = promised.length === 0 || page.startsWith('reference/');
      const failed = given.some((line) => /^\w*Error\b|^The page has no/.test(line));
      const kept = free ? !failed : promised.join('\n') === given.join('\n');
      return kept ? [] : [{ page, promised, given }];
    });
    expect(wrong).toEqual([]);
    expect(complaints).toEqual([]);
  }, 180_000);
});

/** A program that stands on several pages is from the guide. */
function guideFirst(a: string, b: string): number {
  return Number(a.startsWith('reference/')) - Number(b.startsWith('reference/'));
}

function plain(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** Runs programs as the button does, two at a time, and gives the lines that each printed. */
async function runInPage(page: Page, codes: readonly string[]): Promise<string[][]> {
  const content = `import { runCode } from '${site.url}assets/editor.js'; globalThis.runCode = runCode;`;
  await page.addScriptTag({ type: 'module', content });
  await page.waitForFunction(() => 'runCode' in globalThis);
  return page.evaluate(
    async ({ codes, root }) => {
      const { runCode: run } = globalThis as unknown as { runCode: typeof runCode };
      const printed: string[][] = codes.map(() => []);
      let next = 0;
      const work = async (): Promise<void> => {
        for (let i = next++; i < codes.length; i = next++) {
          for await (const message of run(root, codes[i] as string, 'simd').messages) {
            if (message.kind === 'printed' || message.kind === 'failed') {
              printed[i]?.push(message.text);
            }
          }
        }
      };
      await Promise.all([work(), work()]);
      return printed;
    },
    { codes, root: site.url },
  );
}
