import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Opens a page in a window of its own, and collects whatever it complains about or asks the network for. */
export async function openPage(
  browser: Browser,
  content: string,
  options: BrowserContextOptions = {},
  before?: string,
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 760 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    if (!/^(data|about|blob):/.test(request.url())) complaints.push(request.url());
  });
  if (before) {
    await page.addInitScript(before);
    await page.goto('about:blank'); // the script runs in documents that are opened from now on
  }
  await page.setContent(content, { waitUntil: 'load', timeout: 0 });
  return { page, complaints };
}
