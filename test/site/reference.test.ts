import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { completeExample } from '../../scripts/site/completeExample.ts';
import { readPages, urlOf } from '../../scripts/site/pages.ts';
import { packageEntries, readApi, readComment } from '../../scripts/site/readApi.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('The reference', () => {
  const api = readApi(root, packageEntries(root));
  const found = (name: string) => api.find((entry) => entry.name === name);

  test('has every name of the list of public names', () => {
    const listed = [
      ...readFileSync(`${root}docs/contents.md`, 'utf8').matchAll(/^\| `(\w+)` \|/gm),
    ];
    const values = api.filter(({ kind }) => kind !== 'interface' && kind !== 'type');
    const names = listed.map(([, name = '']) => name);
    expect(values.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  test('knows signature, comment, members and module of a name', () => {
    expect(found('circleLoss')).toMatchObject({
      kind: 'function',
      entry: 'tfjs-metric-learning',
      room: 'losses',
      signatures: ['function circleLoss(options: CircleLossOptions = {}): Loss'],
    });
    expect(found('circleLoss')?.doc.see.join()).toContain('arxiv.org/abs/2002.10857');
    const options = found('CircleLossOptions');
    expect(options?.members.map(({ name }) => name)).toEqual(['m', 'gamma']);
    expect(options?.extended).toEqual(['TupleLossOptions']);
    expect(found('fileStore')?.entry).toBe('tfjs-metric-learning/node');
    const members = found('TripletModel')?.members.map(({ name }) => name) ?? [];
    expect(members).toContain('fit');
    expect(members.filter((name) => name.startsWith('#'))).toEqual([]);
  });

  test('takes a doc comment apart', () => {
    const comment = readComment(
      '*\n * What it is.\n *\n * @throws MyError if `a`\n * is wrong.\n * @example\n * f(1);\n *   g();\n * @see Paper. https://a.b\n ',
    );
    expect(comment).toEqual({
      text: 'What it is.',
      throws: ['MyError if `a`\nis wrong.'],
      examples: ['f(1);\n  g();'],
      see: ['Paper. https://a.b'],
    });
  });
});

describe('An example of a doc comment', () => {
  const complete = (example: string): string | undefined =>
    completeExample(example, (name) => (name === 'hardMiner' ? 'tfjs-metric-learning' : undefined));

  test('becomes a program: its imports, the data it speaks of, and what it made printed', () => {
    const code = complete('const { anchor } = hardMiner().mine(embeddings, labels);');
    expect(code).toMatch(
      /^import \{ tensor2d \} from '@tensorflow\/tfjs-core';\nimport \{ hardMiner \} from 'tfjs-metric-learning';/,
    );
    expect(code?.indexOf('const labels')).toBeGreaterThan(0);
    expect(code?.indexOf('const labels')).toBeLessThan(code?.indexOf('const embeddings') ?? 0);
    expect(code).toMatch(/console\.log\(anchor\);$/);
    expect(complete('hardMiner(); // a hint')).toMatch(
      /console\.log\(hardMiner\(\)\); \/\/ a hint$/,
    );
  });

  test('stays as it is if it speaks of something unknown', () => {
    expect(complete('hardMiner(myOwnThing);')).toBeUndefined();
  });
});

describe('The order of pages', () => {
  test('has every page of docs/ once, and no group that names a file which is not there', () => {
    const { pages, groups } = readPages(root);
    const files = pages.map(({ file }) => file);
    expect(new Set(files).size).toBe(files.length);
    expect(files).toContain('docs/training.md');
    expect(groups.map(({ title }) => title)).toContain('Train');
  });

  test('gives each page an address without capital letters in its folder', () => {
    expect(urlOf('docs/losses/README.md')).toBe('losses/index.html');
    expect(urlOf('docs/losses/circleLoss.md')).toBe('losses/circleLoss.html');
    expect(urlOf('examples/mnist/README.md')).toBe('examples/mnist.html');
    expect(urlOf('CONTRIBUTING.md')).toBe('contributing.html');
  });
});
