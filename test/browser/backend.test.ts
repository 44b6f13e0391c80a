import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '../support/expectClose.ts';
import { startChromium } from './chromium.ts';
import { type FirefoxPage, startFirefox } from './firefox.ts';
import type { Outcome } from './page/train.ts';
import { serve } from './server.ts';
import { scriptSite, viteSite } from './sites.ts';
import { type Visit, visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

describe.each([
  ['built by Vite', viteSite],
  ['a plain <script type="module">', scriptSite],
])('the simd backend in Chromium, %s', (_, build) => {
  let folder: string;
  beforeAll(async () => {
    folder = await build();
  });

  test.each([
    ['cross-origin isolated page', true, 2],
    ['page that is not isolated', false, 1],
  ])('%s: trains as the cpu backend does', async (_, isolated, threads) => {
    const site = await serve(folder, isolated);
    let outcome: Visit;
    try {
      outcome = await visit(browser, site.url);
    } finally {
      site.close();
    }

    expect(outcome.errors).toEqual([]);
    expect(outcome.crossOriginIsolated).toBe(isolated);
    expect(outcome.threads).toBe(threads);
    expect(outcome.losses.cpu).toHaveLength(6);
    expectClose(outcome.losses.simd, outcome.losses.cpu, { relative: 1e-4 });
    expect(outcome.tensorsLeft).toBe(0);
    expect(outcome.requests).toEqual(['/', expect.stringMatching(/^\/(assets\/)?[\w-]+\.js$/)]);
  });
});

describe('the simd backend in Firefox', () => {
  let page: FirefoxPage;
  let folder: string;
  beforeAll(async () => {
    [page, folder] = await Promise.all([startFirefox(), scriptSite()]);
  });
  afterAll(() => page?.close());

  test.each([
    ['cross-origin isolated page', true, 2],
    ['page that is not isolated', false, 1],
  ])('%s: trains as the cpu backend does', async (_, isolated, threads) => {
    const site = await serve(folder, isolated);
    let outcome: Outcome;
    try {
      await page.goto(site.url);
      outcome = await page.evaluate<Outcome>('globalThis.outcome');
    } finally {
      site.close();
    }

    expect(outcome.crossOriginIsolated).toBe(isolated);
    expect(outcome.threads).toBe(threads);
    expect(outcome.losses.cpu).toHaveLength(6);
    expectClose(outcome.losses.simd, outcome.losses.cpu, { relative: 1e-4 });
    expect(outcome.tensorsLeft).toBe(0);
  });
});
