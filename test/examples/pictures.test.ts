import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runExample } from '../support/runExample.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'pictures-'));
});
afterAll(() => rm(out, { recursive: true }));

const pictures = (...args: string[]) => runExample('pictures', args);

describe('The pictures example', () => {
  test('finds pictures of classes that it was not trained on, and shows them', async () => {
    const run = await pictures('--limit', '60', '--steps', '12', '--out', out);
    expect(run.error).toBe('');
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^\d+ pictures of 60 classes; train on \d+ of 42, 18 are not shown/m);
    expect(run.out).toMatch(/^Unseen classes by their embeddings: P@1 0\.\d+, mapAtR 0\.\d+/m);
    const report = await readFile(join(out, 'report.html'), 'utf8');
    expect(report).toContain('test part of a split by class, seed 1');
    const search = await readFile(join(out, 'search.html'), 'utf8');
    expect(search).toContain('Search by picture');
    expect(search).toContain('data:image/png;base64,');
  }, 240_000);

  test.each<[string[], RegExp]>([
    [['--limit', '2'], /pictures: expected --limit to be a whole number >= 8, got 2\./],
    [['--steps', 'many'], /expected --steps to be a whole number >= 1, got many\./],
    [['--what'], /expected the flags that --help lists, got Unknown option '--what'\./],
    [['--data', 'nowhere'], /expected nowhere to be a folder that can be read, got ENOENT/],
  ])('refuses %j in one line', async (args, message) => {
    const { code, error } = await pictures(...args, '--out', out);
    expect(code).toBe(1);
    expect(error).toMatch(message);
    expect(error.trim().split('\n')).toHaveLength(1);
  });

  test('--help tells all flags', async () => {
    const help = await pictures('--help');
    expect(help.code).toBe(0);
    for (const flag of ['data', 'limit', 'steps', 'size', 'seed', 'threads', 'out']) {
      expect(help.out).toContain(`--${flag} <`);
    }
  });
});
