import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '../support/expectClose.ts';
import { startChromium } from './chromium.ts';
import type { Outcome } from './page/train.ts';
import { serve } from './server.ts';
import { scriptSite, viteSite } from './sites.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

interface Visit extends Outcome {
  /** What the page wrote to its console as an error, and what it threw. */
  readonly errors: string[];
  /** Paths of the files the page asked a server for; a full address where it was another server's. */
  readonly requests: string[];
}

async function visit(folder: string, isolated: boolean): Promise<Visit> {
  const site = await serve(folder, isolated);
  const page = await browser.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url)) requests.push(url.replace(site.url, '/'));
  });
  try {
    await page.goto(site.url);
    return { ...(await page.evaluate(() => globalThis.outcome)), errors, requests };
  } finally {
    await page.close();
    site.close();
  }
}

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
    const outcome = await visit(folder, isolated);

    expect(outcome.errors).toEqual([]);
    expect(outcome.crossOriginIsolated).toBe(isolated);
    expect(outcome.threads).toBe(threads);
    expect(outcome.losses.cpu).toHaveLength(6);
    expectClose(outcome.losses.simd, outcome.losses.cpu, { relative: 1e-4 });
    expect(outcome.tensorsLeft).toBe(0);
    expect(outcome.requests).toEqual(['/', expect.stringMatching(/^\/(assets\/)?[\w-]+\.js$/)]);
  });
});
