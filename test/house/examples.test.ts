import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';

/** A name that a room exports as a value, and the file that declares it. */
interface PublicName {
  readonly name: string;
  readonly file: string;
}

/** `export { createRandom, type Random as Rng } from './createRandom.ts';`, but not `export type { .. }`. */
const exportOf = /^export \{([^}]*)\} from '([^']+)';/gm;

/** Every export of an index file in any form; `exportOf` must match those of values. */
const statementOf = /^export (?!type\b)/gm;

const indexes = globSync(['src/*/index.ts', 'src/search/approximate/index.ts']).sort();

function publicNames(index: string): PublicName[] {
  return [...readFileSync(index, 'utf8').matchAll(exportOf)].flatMap(([, list = '', from = '']) =>
    list
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '' && !each.startsWith('type '))
      .map((each) => ({ name: each.split(' as ')[0] as string, file: join(dirname(index), from) })),
  );
}

/** The doc comment directly before a declaration; undefined without one. */
function docComment({ name, file }: PublicName): string | undefined {
  const declaration = `export (?:async )?(?:function\\*?|class|const) ${name}\\b`;
  const pattern = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*${declaration}`);
  return pattern.exec(readFileSync(file, 'utf8'))?.[1];
}

/** What follows the first `@example` of a comment, up to the next tag. */
function exampleIn(comment: string): string {
  const text = comment.replaceAll(/^\s*\* ?/gm, '');
  const [, example = ''] = text.split(/^\s*@example\b/m);
  return (example.split(/^@/m)[0] ?? '').trim();
}

describe.each(indexes)('%s', (index) => {
  const names = publicNames(index);

  test('exports values by name, so that this test sees all of them', () => {
    const code = readFileSync(index, 'utf8');
    expect(names.length).toBeGreaterThan(0);
    expect([...code.matchAll(statementOf)].length).toBe([...code.matchAll(exportOf)].length);
  });

  test.each(names)('$name has a doc comment with an example that uses it', (entry) => {
    const comment = docComment(entry);
    expect(comment, `${entry.file}: ${entry.name} has no doc comment`).toBeDefined();
    const example = exampleIn(comment ?? '');
    expect(example, `${entry.file}: ${entry.name} has no example`).not.toBe('');
    expect(example, `${entry.file}: the example does not use ${entry.name}`).toMatch(
      new RegExp(`\\b${entry.name}\\b`),
    );
  });
});
