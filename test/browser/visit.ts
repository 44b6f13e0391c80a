import type { Browser } from 'playwright-core';
import type { Outcome } from './page/train.ts';

export interface Visit extends Outcome {
  /** What the page wrote to its console as an error, and what it threw. */
  readonly errors: string[];
  /** What it wrote as a warning. */
  readonly warnings: string[];
  /** Paths of the files the page asked a server for; a full address where it was another server's. */
  readonly requests: string[];
}

/** Opens a page that trains, and waits for what comes out; `site` is the address of its server. */
export async function visit(browser: Browser, site: string, path = ''): Promise<Visit> {
  const page = await browser.newPage();
  const errors: string[] = [];
  const warnings: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
    if (message.type() === 'warning') warnings.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (/^https?:/.test(url)) requests.push(url.replace(site, '/'));
  });
  try {
    await page.goto(`${site}${path}`);
    return { ...(await page.evaluate(() => globalThis.outcome)), errors, warnings, requests };
  } finally {
    await page.close();
  }
}
