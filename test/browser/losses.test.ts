import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LossCase } from '../reference/checks/losses.ts';
import { reference } from '../support/reference.ts';
import type { MinerCase } from '../support/referenceMiners.ts';
import { startChromium } from './chromium.ts';
import { type SiteServer, serve } from './server.ts';

let browser: Browser;
let site: SiteServer;
beforeAll(async () => {
  [browser, site] = await Promise.all([
    startChromium(),
    lossesSite().then((folder) => serve(folder, false)),
  ]);
});
afterAll(async () => {
  site?.close();
  await browser?.close();
});

const cases = <C extends { quirk?: unknown }>(file: string): C[] =>
  reference<C>(file).filter(({ quirk }) => quirk === undefined);

const losses = cases<LossCase & { quirk?: unknown }>('losses');
const miners = cases<MinerCase>('miners');

/**
 * Some of each kind: without a graphics card each new program takes webgl a long time. Odd sizes come first, as webgl
 * keeps numbers by fours.
 */
function someOf<C extends { embeddings?: number[][] }>(all: C[], kindOf: (one: C) => string): C[] {
  const odd = ({ embeddings = [] }: C): number =>
    (embeddings.length % 2) + ((embeddings[0]?.length ?? 0) % 2);
  const kinds = new Map<string, C[]>();
  for (const one of [...all].sort((a, b) => odd(b) - odd(a))) {
    const kind = kinds.get(kindOf(one)) ?? [];
    kinds.set(kindOf(one), [...kind, one]);
  }
  return [...kinds.values()].flatMap((kind) => kind.slice(0, 2));
}

test.each<[backend: string, LossCase[], MinerCase[]]>([
  ['webgl', someOf(losses, ({ loss }) => loss), someOf(miners, ({ miner }) => miner)],
  ['wasm', losses, miners],
])(
  'losses and miners agree with the reference on %s in Chromium',
  async (...given) => {
    const page = await browser.newPage();
    try {
      await page.goto(site.url);
      const checked = await page.evaluate(
        (json) => globalThis.check(...(JSON.parse(json) as Parameters<typeof check>)),
        JSON.stringify(given),
      );
      expect(checked).toEqual({ backend: given[0], failures: [], tensorsLeft: 0 });
    } finally {
      await page.close();
    }
  },
  600_000,
);

/** A page that checks losses and miners on request; returns the site's folder. */
async function lossesSite(): Promise<string> {
  const folder = fileURLToPath(
    new URL('../../node_modules/.cache/tfjs-metric-learning/lossesSite/', import.meta.url),
  );
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL('losses/check.ts', import.meta.url))],
    outfile: join(folder, 'check.js'),
    bundle: true,
    format: 'esm',
    logLevel: 'error',
  });
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./check.js"></script>',
  );
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  for (const kind of ['', '-simd', '-threaded-simd']) {
    const file = `tfjs-backend-wasm${kind}.wasm`;
    copyFileSync(join(wasm, file), join(folder, file));
  }
  return folder;
}
