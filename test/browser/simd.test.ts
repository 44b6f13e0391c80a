import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '../support/expectClose.ts';
import { startChromium } from './chromium.ts';
import { isolation, type SiteServer, serve } from './server.ts';
import { scriptSite, viteSite } from './sites.ts';
import { type Visit, visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** Visits a page, and ends its server. */
async function at(site: SiteServer, path?: string): Promise<Visit> {
  try {
    return await visit(browser, site.url, path);
  } finally {
    site.close();
  }
}

function expectTraining({ losses, tensorsLeft }: Visit): void {
  expect(losses.cpu).toHaveLength(6);
  expectClose(losses.simd, losses.cpu, { relative: 1e-4 });
  expect(tensorsLeft).toBe(0);
}

describe("Vite's server for development", () => {
  test.each([
    ['with threads where the page is isolated', isolation, 2],
    ['with one thread elsewhere', {}, 1],
  ])('%s', async (_, headers, threads) => {
    const page = fileURLToPath(new URL('page/', import.meta.url));
    const cacheDir = join(page, '../../../node_modules/.cache/tfjs-metric-learning/viteServer');
    const server = await createServer({
      root: page,
      configFile: false,
      logLevel: 'error',
      cacheDir,
      server: { headers, host: '127.0.0.1', port: 0 },
      optimizeDeps: { include: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'] },
    });
    await server.listen();
    const url = server.resolvedUrls?.local[0] as string;
    const outcome = await at({ url, close: () => void server.close() });
    expect(outcome.errors).toEqual([]);
    expect(outcome.threads).toBe(threads);
    expectTraining(outcome);
  });
});

describe.each([
  ['built by Vite', viteSite],
  ['a plain <script type="module">', scriptSite],
])('%s', (_, build) => {
  test.each([
    ['isolated', true, 2],
    ['not isolated', false, 1],
  ])('trains inside of a worker of the page, %s', async (_, isolated, threads) => {
    const site = await serve(await build('inWorker.html'), isolated);
    const outcome = await at(site, 'inWorker.html');
    expect(outcome.errors).toEqual([]);
    expect(outcome.threads).toBe(threads);
    expectTraining(outcome);
  });
});

test('a page and a frame of it train at the same time, each with its own threads', async () => {
  const site = await serve(await scriptSite('inFrames.html'), true);
  const { errors, losses, threads } = await at(site, 'inFrames.html');
  expect(errors).toEqual([]);
  expect(threads).toBe(2);
  expectClose(losses.simd, [...losses.cpu, ...losses.cpu], { relative: 1e-4 });
});

describe('a Content-Security-Policy', () => {
  const serveWith = async (scripts: string): Promise<SiteServer> =>
    serve(await scriptSite(), true, {
      'Content-Security-Policy': `default-src 'self'; img-src data:; script-src ${scripts}; worker-src 'self'`,
    });

  test('that allows WebAssembly and no workers made of text: one thread, and a warning', async () => {
    const outcome = await at(await serveWith("'self' 'wasm-unsafe-eval'"));
    expect(outcome.warnings.join()).toMatch(
      /The simd backend could not start its worker threads \(.+\)\. It goes on with one thread\./,
    );
    expect(outcome.threads).toBe(1);
    expectTraining(outcome);
  });

  test('that forbids WebAssembly: an error that says so', async () => {
    await expect(at(await serveWith("'self'"))).rejects.toThrow(
      "registerSimdBackend: expected a page whose Content-Security-Policy allows 'wasm-unsafe-eval'",
    );
  });
});
