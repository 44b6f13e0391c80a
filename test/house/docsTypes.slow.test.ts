import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { globSync } from 'tinyglobby';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const scratch = fileURLToPath(new URL('./.docsTypes/', import.meta.url));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The settings of the strictest users; only what concerns declarations and unused names is left out. */
const settings = {
  extends: '../../../tsconfig.json',
  compilerOptions: {
    isolatedDeclarations: false,
    declaration: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    paths: {
      'tfjs-metric-learning': ['../../../src/index.ts'],
      'tfjs-metric-learning/backend': ['../../../src/backend.ts'],
      'tfjs-metric-learning/node': ['../../../src/node.ts'],
    },
  },
  include: ['*.ts'],
  exclude: [],
};

test('Every block of the documentation type-checks, under noUncheckedIndexedAccess too', async () => {
  mkdirSync(scratch, { recursive: true });
  writeFileSync(`${scratch}tsconfig.json`, JSON.stringify(settings));
  for (const page of globSync(['README.md', 'docs/**/*.md', 'examples/*/README.md'])) {
    const blocks = [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)];
    blocks.forEach(([, code], i) => {
      writeFileSync(
        `${scratch}${page.replaceAll(/\W/g, '_')}_${i}.ts`,
        `${code}\nexport {}; // ${page}, block ${i}\n`,
      );
    });
  }
  const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));
  const { stdout } = await run(tsc, ['-p', scratch]).catch((error: { stdout: string }) => error);
  expect(stdout).toBe('');
});
