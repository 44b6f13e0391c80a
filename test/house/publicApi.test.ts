import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import * as backend from '../../src/backend.ts';
import * as browser from '../../src/browser.ts';
import * as library from '../../src/index.ts';
import * as node from '../../src/node.ts';

describe('The public surface', () => {
  test.each([
    ['tfjs-metric-learning', library],
    ['tfjs-metric-learning/node', node],
    ['tfjs-metric-learning/backend', backend],
    ['tfjs-metric-learning/browser', browser],
  ])('of %s changes on purpose only', (_, entry) => {
    expect(Object.keys(entry).sort()).toMatchSnapshot();
  });

  test('is documented: each value export is named in README.md or docs/', () => {
    const text = globSync(['README.md', 'docs/**/*.md'])
      .map((page) => readFileSync(page, 'utf8'))
      .join('\n');
    const missing = Object.keys({ ...library, ...node, ...backend, ...browser }).filter(
      (name) => !new RegExp(`\\b${name}\\b`).test(text),
    );
    expect(missing).toEqual([]);
  });
});

test('The version in package.json has its heading in CHANGELOG.md', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(readFileSync('CHANGELOG.md', 'utf8')).toContain(`\n## ${version}`);
});
