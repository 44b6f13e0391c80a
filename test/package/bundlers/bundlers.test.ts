import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as backend from '../../../src/backend.ts';
import * as browserEntry from '../../../src/browser.ts';
import * as library from '../../../src/index.ts';
import * as node from '../../../src/node.ts';
import { startChromium } from '../../browser/chromium.ts';
import { type SiteServer, serve } from '../../browser/server.ts';
import { bundlers } from './bundlers.ts';
import { createProject, type Project, programNames } from './project.ts';

const run = promisify(execFile);
const optionalPeers = ['umap-js', 'hyparquet', 'hyparquet-writer'];
const missing = (where: string, name: string): unknown =>
  expect.stringMatching(
    new RegExp(`^${where}: expected the package ${name}, got .+ Install it \\(npm install ${name}`),
  );

/** What each program gives, where the optional peers are installed and where they are not. */
const outcomes = (installed: boolean): Readonly<Record<string, unknown>> => ({
  tripletLoss: { value: 2 },
  tripletModel: { epochs: 2, shape: [24, 3] },
  report: { start: '<!doctype html>', map: true },
  everything: {
    names: [library, node, backend, browserEntry].map((entry) => Object.keys(entry).length),
    umap: installed ? 24 : missing('umap', 'umap-js'),
    parquet: installed ? 'PAR1' : missing('encodeParquet', 'hyparquet-writer'),
    parsed: installed ? 12 : missing('parseParquet', 'hyparquet'),
    approximate: expect.stringContaining('expected to run in Node'),
    backend: 'simd',
  },
});

let browser: Browser;
beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

test('Each program has an expected outcome', () => {
  expect([...programNames].sort()).toEqual(Object.keys(outcomes(true)).sort());
});

describe.each([
  ['with its optional peers', optionalPeers],
  ['without optional peers', []],
])('The packed library, %s,', (_, installed) => {
  let project: Project;
  beforeAll(async () => {
    project = await createProject(installed);
  });
  afterAll(() => project?.remove());

  test.each(programNames)('runs in Node, not bundled: %s', async (name) => {
    const code = `import('./src/${name}.js').then(() => outcome).then((it) => console.log(JSON.stringify(it)))`;
    const { stdout } = await run('node', ['--eval', code], { cwd: project.folder });
    const expected = outcomes(installed.length > 0)[name] as object;
    const inNode = { approximate: missing('createApproximateIndex', 'usearch') };
    expect(JSON.parse(stdout.trim().split('\n').at(-1) as string)).toEqual({
      ...expected,
      ...(name === 'everything' && inNode),
    });
  });

  describe.each(Object.entries(bundlers))('bundled by %s', (__, bundle) => {
    let folder = '';
    let site: SiteServer;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'bundled-site-'));
      await bundle(project, folder);
      for (const name of programNames) {
        await writeFile(
          join(folder, `${name}.html`),
          `<!doctype html><link rel="icon" href="data:,"><script type="module" src="${name}.js"></script>`,
        );
      }
      site = await serve(folder, false);
    }, 400_000);
    afterAll(async () => {
      site?.close();
      await rm(folder, { recursive: true, force: true });
    });

    test.each(programNames)('runs in a browser: %s', async (name) => {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`${site.url}${name}.html`);
      const outcome = await page.evaluate(() => Reflect.get(globalThis, 'outcome'));
      await page.close();
      expect(errors).toEqual([]);
      expect(outcome).toEqual(outcomes(installed.length > 0)[name]);
    });
  });
});
