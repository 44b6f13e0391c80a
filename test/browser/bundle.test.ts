import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Recognition } from '../../src/recognition/createRecognizer.ts';
import { bundleOfFaces, recognized } from '../recognition/faces.ts';
import { startChromium } from './chromium.ts';
import { type SiteServer, serve } from './server.ts';

let browser: Browser;
let site: SiteServer;
let expected: Recognition[];
const folder = mkdtempSync(join(tmpdir(), 'bundle-site-'));

beforeAll(async () => {
  const bytes = await bundleOfFaces();
  expected = await recognized(bytes);
  writeFileSync(join(folder, 'faces.bundle'), bytes);
  writeFileSync(
    join(folder, 'index.html'),
    '<link rel="icon" href="data:,"><script type="module" src="recognize.js"></script>',
  );
  await build({
    entryPoints: [fileURLToPath(new URL('bundle/recognize.ts', import.meta.url))],
    outdir: folder,
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  [browser, site] = await Promise.all([startChromium(), serve(folder, false)]);
});
afterAll(async () => {
  site?.close();
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test('A bundle packed in Node recognises in Chromium, on the page and in a worker', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.goto(site.url);
  const alike = expected.map((one) => ({ ...one, distance: expect.closeTo(one.distance, 5) }));
  expect(await page.evaluate(() => globalThis.recognizeHere())).toEqual(alike);
  expect(await page.evaluate(() => globalThis.recognizeInWorker())).toEqual(alike);
  expect(errors).toEqual([]);
  await page.close();
});
