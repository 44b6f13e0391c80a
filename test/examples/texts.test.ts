import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runExample } from '../support/runExample.ts';

const folder = new URL('../../examples/texts/dist/', import.meta.url);
const cache = mkdtempSync(join(tmpdir(), 'texts-'));
afterAll(() => rmSync(cache, { recursive: true }));

const texts = (...args: string[]) => runExample('texts', args);

const quick = ['--features', 'words', '--limit', '20', '--steps', '20', '--cache', cache];

describe('The example with texts', () => {
  test('compares features and adapters, and finds texts, the same way for the same seed', async () => {
    const { code, out, error } = await texts(...quick, '--query', 'AVR development board IDE');
    expect(error).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^880 texts of 44 sections$/m);
    for (const row of ['features', 'whitening', 'LDA', 'adapter']) {
      expect(out).toMatch(new RegExp(`^${row} +0\\.\\d{3}  0\\.\\d{3}`, 'm'));
    }
    expect(out).toMatch(/^On unseen sections: mapAtR goes from 0\.\d+ to 0\.\d+ on 13 classes; /m);
    expect(out).toMatch(/^"AVR development board IDE"\n {2}\d\.\d{3} {2}electronics +arduino: /m);

    // without a question where there is no terminal
    const again = await texts(...quick);
    expect(again.out).toContain('"draw diagrams"');
    const table = (text: string): string =>
      text.slice(text.indexOf('Adapter')).split('\n"')[0] ?? '';
    expect(table(again.out)).toBe(table(out));
  }, 300_000);

  test('--help tells all flags, --version the version', async () => {
    const { out } = await texts('--help');
    for (const flag of [
      'query',
      'data',
      'features',
      'limit',
      'steps',
      'seed',
      'threads',
      'cache',
    ]) {
      expect(out).toContain(`--${flag} <`);
    }
    expect((await texts('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each<[string[], RegExp]>([
    [['--limit', '2'], /texts: expected --limit to be a whole number >= 20, got 2\./],
    [['--features', 'bert'], /expected --features to be one of auto, minilm, words, got bert\./],
    [['--data', 'rpm'], /expected --data to be one of extract, apt, got rpm\./],
    [['extra'], /expected the flags that --help lists, got Unexpected argument 'extra'\./],
  ])('refuses %j in one line', async (args, message) => {
    const { code, out, error } = await texts(...args);
    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(message);
    expect(error.trim().split('\n')).toHaveLength(1);
  });
});

interface Parts {
  readPackages(contents: string): { name: string; section: string; text: string }[];
  createWordPiece(tokenizer: string, limit: number): (text: string) => number[];
}

async function parts(): Promise<Parts> {
  const files = ['packagesFile.js', 'wordPiece.js'];
  return Object.assign(
    {},
    ...(await Promise.all(files.map((file) => import(new URL(file, folder).href)))),
  );
}

describe('The parts of the example with texts', () => {
  test('a Packages file gives one text for each source and each description', async () => {
    const { readPackages } = await parts();
    const stanza = (name: string, section: string, text: string, source = ''): string =>
      `Package: ${name}\n${source && `Source: ${source}\n`}Section: ${section}\nDescription: ${text}\n more of it\n`;
    const found = readPackages(
      [
        stanza('b-doc', 'doc', 'about b', 'b (1.0)'),
        stanza('b', 'non-free/games', 'a game', 'b'),
        stanza('c', 'net', 'A GAME'),
        'Package: d\nDescription: without a section\n',
        stanza('a', 'net', 'a server'),
      ].join('\n'),
    );
    expect(found).toEqual([
      { name: 'a', section: 'net', text: 'a server' },
      { name: 'b', section: 'games', text: 'a game' },
    ]);
  });

  test('word pieces are cut as BERT cuts them', async () => {
    const { createWordPiece } = await parts();
    const tokens = ['[CLS]', '[SEP]', '[UNK]', 'cafe', 'play', '##ing', '##s', ',', '+', 'c', '字'];
    const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
    const tokenize = createWordPiece(JSON.stringify({ model: { vocab } }), 9);
    const pieces = (text: string): string =>
      tokenize(text)
        .map((id) => tokens[id])
        .join(' ');
    expect(pieces('Café, playings')).toBe('[CLS] cafe , play ##ing ##s [SEP]');
    expect(pieces('C++ unheard 字字')).toBe('[CLS] c + + [UNK] 字 字 [SEP]');
    expect(pieces('c c c c c c c c c c c')).toBe('[CLS] c c c c c c c [SEP]');
    expect(pieces('')).toBe('[CLS] [SEP]');
    expect(pieces('c'.repeat(101))).toBe('[CLS] [UNK] [SEP]');
  });

  test('a changed extract would be noticed', async () => {
    const data = new URL('../data/', folder);
    const sum = createHash('sha256')
      .update(readFileSync(new URL('packages.tsv', data)))
      .digest('hex');
    expect(readFileSync(new URL('packages.tsv.sha256', data), 'utf8')).toBe(
      `${sum}  packages.tsv\n`,
    );
  });
});
