import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { expectClose } from '../support/expectClose.ts';
import { startChromium } from './chromium.ts';
import { serve } from './server.ts';

test('webgpu in Chromium trains with a miner, validates and evaluates as cpu does, and reads nothing at once', async () => {
  const [browser, site] = await Promise.all([
    startChromium({ graphics: false, webgpu: true }),
    trainingSite().then((folder) => serve(folder, false)),
  ]);
  try {
    const page = await browser.newPage();
    const warnings: string[] = [];
    page.on('console', (line) => {
      if (/synchronously reading/.test(line.text())) warnings.push(line.text());
    });
    await page.goto(site.url);
    await page.waitForFunction(() => 'trainOn' in globalThis);
    const cpu = await page.evaluate(() => globalThis.trainOn('cpu'));
    const webgpu = await page.evaluate(() => globalThis.trainOn('webgpu'));

    expect(webgpu.backend).toBe('webgpu');
    expect(webgpu.losses).toHaveLength(4);
    expectClose(webgpu.losses, cpu.losses, { relative: 1e-3 });
    expect(webgpu.judged).toBeCloseTo(cpu.judged, 3);
    expect(webgpu.precisionAt1).toBeCloseTo(cpu.precisionAt1, 1);
    expect(webgpu.tensorsLeft).toBe(cpu.tensorsLeft);
    expect(warnings).toEqual([]);
  } finally {
    site.close();
    await browser.close();
  }
}, 120_000);

/** A page with `trainOn`; returns the site's folder. */
async function trainingSite(): Promise<string> {
  const folder = fileURLToPath(
    new URL('../../node_modules/.cache/tfjs-metric-learning/webgpuSite/', import.meta.url),
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL('webgpu/train.ts', import.meta.url))],
    outfile: join(folder, 'train.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./train.js"></script>',
  );
  return folder;
}
