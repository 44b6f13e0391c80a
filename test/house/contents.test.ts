import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import * as backend from '../../src/backend.ts';
import * as browser from '../../src/browser.ts';
import * as library from '../../src/index.ts';
import * as node from '../../src/node.ts';

const page = 'docs/contents.md';
const introduction = `# All public names

Every function and class that users can import, by room, with the paper or page it comes from. \`npm run docs:contents\` writes
this page from the sources. Rooms, what they hold, and in which order data flows through them: [ARCHITECTURE.md](../ARCHITECTURE.md).
`;

interface Entry {
  readonly name: string;
  readonly what: string;
  readonly source: string;
}

/** The rooms of ARCHITECTURE.md, in its order, with what they hold. */
const rooms = [
  ...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^\| `(\w+)` \| ([^|]*) \|[^|]*\|$/gm),
].map(([, room = '', holds = '']) => ({ room, holds }));

/** The index files of a room: its own, and that of a folder which another entry exports. */
const indexes = (room: string): string[] =>
  [`src/${room}/index.ts`, `src/${room}/approximate/index.ts`].filter((file) => existsSync(file));

/** What an index file exports as values, with the file that each name is from. */
function exportsOf(index: string): { name: string; file: string }[] {
  const code = readFileSync(index, 'utf8');
  return [...code.matchAll(/^export \{([^}]*)\} from '([^']+)';/gm)].flatMap(
    ([, list = '', from = '']) =>
      list
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '' && !each.startsWith('type '))
        .map((name) => ({ name, file: join(dirname(index), from) })),
  );
}

/** The first sentence of the doc comment of a name, and its sources. */
function describeExport({ name, file }: { name: string; file: string }): Entry {
  const code = readFileSync(file, 'utf8');
  const comment = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export (?:async )?(?:function\\*?|class|const) ${name}\\b`,
  ).exec(code)?.[1];
  if (comment === undefined) throw new Error(`${file}: ${name} has no doc comment`);
  const text = comment.replaceAll(/^\s*\* ?/gm, '').trim();
  const [body = '', ...tags] = text.split(/^@/m);
  const paragraph = (body.split(/\n\s*\n/)[0] ?? '').replaceAll(/\s+/g, ' ').trim();
  const sentence = /^.*?[.:](?= [A-Z`]|$)/.exec(paragraph)?.[0] ?? paragraph;
  const source = tags
    .filter((tag) => tag.startsWith('see'))
    .map((tag) => tag.slice(3).replaceAll(/\s+/g, ' ').trim())
    .join(' ');
  const cell = (words: string): string => words.replaceAll('|', '\\|').replace(/:$/, '.');
  return { name, what: cell(sentence), source: cell(source) };
}

function written(): string {
  const parts = rooms.map(({ room, holds }) => {
    const entries = indexes(room)
      .flatMap(exportsOf)
      .map(describeExport)
      .sort((a, b) => a.name.localeCompare(b.name, 'en'));
    if (entries.length === 0) return '';
    const rows = entries.map(({ name, what, source }) => `| \`${name}\` | ${what} | ${source} |`);
    return [
      `## ${room}`,
      '',
      `${holds.charAt(0).toUpperCase()}${holds.slice(1)}.`,
      '',
      '| name | what it is | source |',
      '| --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  const model = describeExport({ name: 'TripletModel', file: 'src/tripletModel.ts' });
  const desk = `## tripletModel\n\n| name | what it is | source |\n| --- | --- | --- |\n| \`TripletModel\` | ${model.what} | ${model.source} |\n`;
  return [introduction, desk, ...parts.filter((part) => part !== '')].join('\n');
}

test('docs/contents.md says what the sources say', () => {
  const contents = written();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, contents);
  expect(readFileSync(page, 'utf8')).toBe(contents);
});

test('docs/contents.md has every public name, and no other', () => {
  const listed = [...readFileSync(page, 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
    ([, name]) => name,
  );
  const names = Object.keys({ ...library, ...node, ...backend, ...browser });
  expect(listed.sort()).toEqual(names.sort());
});
