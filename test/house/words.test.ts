import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

const generated = ['**/node_modules/**', '**/dist/**', '**/wasmModule.ts', '**/pageScript.ts'];
const text = '{ts,mjs,js,py,md,json,html}';
const read = (patterns: string[]): Map<string, string> =>
  new Map(
    globSync(patterns, { ignore: [...generated, 'test/house/words.test.ts'] })
      .sort()
      .map((file) => [file, readFileSync(file, 'utf8')]),
  );

/** The places where a pattern stands: `file:line`. */
function places(files: Map<string, string>, pattern: RegExp): string[] {
  return [...files].flatMap(([file, code]) =>
    code.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}`] : [])),
  );
}

describe('Words of the code and of the documentation', () => {
  const files = read([
    `src/**/*.${text}`,
    `examples/**/*.${text}`,
    `docs/**/*.${text}`,
    '!docs/renamed.md', // which has the old names on purpose
    '*.md',
  ]);

  test.each([
    ['says the thing itself', /\bso to say\b|\bnothing for it\b/i],
    ['calls it the target class, logit or margin', /\bmoveOwn\b|\bownLogit\b/],
    ['calls it a fallback', /\bplainly\b|\bplainPairs\b/i],
    ['calls it a diagnosis', /\bdoctor\b|createDoctor/i],
    ['calls a loss with parameters so', /\bWeightedLoss\b|defineWeightedLoss/],
    ['calls the parameters parameters', /\bTrainee\b/],
  ])('%s', (_, pattern) => {
    expect(places(files, pattern)).toEqual([]);
  });
});

test('No file names a place of one machine', () => {
  const files = read([
    `{src,test,docs,examples,scripts,bench}/**/*.${text}`,
    '!test/reference/*.json',
    '*.md',
  ]);
  expect(places(files, /(?<![\w.])\/(?:home\/\w+|root|Users\/\w+|work)\//)).toEqual([]);
});

test('Every column of a table has a heading, for readers who hear the page', () => {
  const rule = /^\|(?:[ :]*-+[ :]*\|)+$/;
  const headless = [...read(['docs/**/*.md', 'examples/**/*.md', '*.md'])].flatMap(
    ([file, page]) => {
      const lines = page.split('\n');
      return lines.flatMap((line, i) =>
        rule.test(lines[i + 1] ?? '') && /\|\s*\|/.test(line) ? [`${file}:${i + 1}`] : [],
      );
    },
  );
  expect(headless).toEqual([]);
});
