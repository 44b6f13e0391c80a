import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findBackend, getBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { globSync } from 'tinyglobby';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';

const scratch = new URL('./.docs/', import.meta.url);
mkdirSync(scratch, { recursive: true });
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const backend = getBackend();
/** A page may start the simd backend; the next one begins without. */
afterEach(async () => {
  await setBackend(backend);
  if (backend !== 'simd' && findBackend('simd')) removeBackend('simd');
});

/** Each ```ts block of a page, with what its `// ...` comments after console.log promise. */
function blocks(page: string): { code: string; promised: string[] }[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(
    ([, code = '']) => ({
      code,
      promised: [...code.matchAll(/console\.log\(.*\);\s*\/\/ (.*)$/gm)].map(
        ([, text = '']) => text,
      ),
    }),
  );
}

describe.each(globSync(['README.md', 'docs/**/*.md', 'examples/*/README.md']).sort())(
  '%s',
  (page) => {
    test.each(blocks(page).map((block, i) => ({ ...block, i })))(
      'block $i does what it says',
      async ({ code, promised, i }) => {
        const printed: string[] = [];
        const log = vi
          .spyOn(console, 'log')
          .mockImplementation((...args) => void printed.push(args.join(' ')));
        const file = new URL(`${page.replaceAll(/\W/g, '_')}_${i}.ts`, scratch);
        writeFileSync(file, code);
        try {
          await import(/* @vite-ignore */ file.href);
        } finally {
          log.mockRestore();
        }
        expect(printed).toEqual(promised);
      },
    );

    test('links to files that exist', () => {
      const text = readFileSync(page, 'utf8');
      const folder = new URL(page, `file://${process.cwd()}/`);
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)) {
        expect(
          () => readFileSync(new URL(target, folder)),
          `${page} links to ${target}`,
        ).not.toThrow(/ENOENT/);
      }
    });
  },
);
