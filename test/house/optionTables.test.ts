import { readFileSync, writeFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { describe, expect, test } from 'vitest';
import * as library from '../../src/index.ts';
import {
  contrastiveLoss,
  createIndex,
  MetricLearningError,
  semiHardMiner,
} from '../../src/index.ts';
import type { OptionRule } from '../../src/internal/readOptions.ts';

type Table = Readonly<Record<string, OptionRule<unknown, 'default' | 'required' | 'none'>>>;

/** Every option table of src, by the name of its function: `tripletMarginLossOptions` is of `tripletMarginLoss`. */
const tables = new Map<string, Table>();
/** The doc comment of every option of every options interface, and what the interface extends. */
const interfaces = new Map<string, { extended: string[]; comments: Map<string, string> }>();

for (const file of globSync([
  'src/**/*.ts',
  '!src/backend/assembly/**',
  '!src/page/client/**',
]).sort()) {
  const code = readFileSync(file, 'utf8');
  for (const [, name = '', list = '', body = ''] of code.matchAll(
    /^export interface (\w+)(?:<[\w =]+>)?(?: extends ([\w, ]+|Omit<[^{]*>))? \{(?:\n([\s\S]*?)^)?\}/gm,
  )) {
    const comments = new Map(
      [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(?:readonly )?(\w+)\??:/g)].map(
        ([, comment = '', option = '']) => [
          option,
          comment
            .replaceAll(/\n\s*\*/g, ' ')
            .replaceAll(/\s+/g, ' ')
            .trim(),
        ],
      ),
    );
    interfaces.set(name, { extended: list.match(/\w+/g) ?? [], comments });
  }
  if (!/^export const \w+Options: OptionTable</m.test(code)) continue;
  for (const [name, value] of Object.entries(await import(`../../${file}`))) {
    if (/Options$/.test(name) && typeof value === 'object') {
      tables.set(name.slice(0, -'Options'.length), value as Table);
    }
  }
}

function interfaceOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}Options`;
}

function commentOf(interfaceName: string, option: string): string | undefined {
  const { comments, extended = [] } = interfaces.get(interfaceName) ?? {};
  const found = comments?.get(option);
  if (found !== undefined) return found;
  return extended.map((each) => commentOf(each, option)).find((each) => each !== undefined);
}

/** The default of an option as code. */
function defaultOf({ absent, fallback }: Table[string]): string {
  if (absent === 'required') return 'required';
  if (absent === 'none' || fallback === undefined) return 'none';
  const value = fallback();
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? `\`'${value}'\`` : `\`${value}\``;
  }
  const code = /^\(\) => ([\s\S]*)$/.exec(String(fallback))?.[1];
  return `\`${(code ?? JSON.stringify(value))
    .replaceAll(/\s+/g, ' ')
    .replaceAll('__vi_import_0__.', '')
    .replaceAll(/\(0, *[\w.]*?(\w+)\)\(/g, '$1(')}\``;
}

/** The table of a documentation page. */
function markdown(name: string): string {
  const rows = Object.entries(tables.get(name) as Table).map(([option, rule]) => {
    const whole = commentOf(interfaceOf(name), option) ?? '';
    const comment = whole.replace(/ Default:? .*$/, '');
    const inWords = /Default: (.*)\.$/.exec(whole)?.[1];
    const worded = rule.absent === 'none' || typeof rule.fallback?.() === 'function';
    const value = worded ? (inWords ?? 'none') : defaultOf(rule);
    const cells = [`\`${option}\``, value, rule.kind.expected, comment];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| option | default | accepts | meaning |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

describe.each([...tables.keys()])('The options of %s', (name) => {
  const table = tables.get(name) as Table;

  test.each(Object.keys(table))('%s has a doc comment, which says its default', (option) => {
    const comment = commentOf(interfaceOf(name), option);
    expect(comment, `${interfaceOf(name)}.${option}`).toBeDefined();
    const { absent, fallback } = table[option] as Table[string];
    const value = fallback?.();
    if (absent === 'default' && (typeof value === 'number' || typeof value === 'boolean')) {
      expect(comment).toMatch(new RegExp(`Default:? \`?${String(value).replace('.', '\\.')}\\b`));
    }
  });

  test('have defaults of their own kinds', () => {
    for (const { kind, fallback } of Object.values(table)) {
      if (fallback !== undefined) expect(kind.accepts(fallback()), kind.expected).toBe(true);
    }
  });
});

/** Values of all kinds: an option refuses those that are not of its kind. */
const values: readonly unknown[] = [
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1.5, 10n, '', 'nonsense', true, null],
  ...[[], [Number.NaN], {}, () => 1, Symbol.iterator, new Float32Array(2), Promise.resolve(1)],
];
/** What functions must be given. */
const needed: Readonly<Record<string, unknown>> = {
  margin: 0.4,
  Tn: 10,
  positive: (distances: unknown) => distances,
  negative: (distances: unknown) => distances,
  classes: 3,
  dims: 4,
  m: 2,
  count: 3,
  weights: [1, 2],
  superLabels: [0, 1],
  samplesPerClass: 1,
  matches: () => true,
  sets: [[0]],
  centersPerClass: 2,
  low: 0,
};

/** What stands before the options of functions that wrap a part, and what such options must be beside `needed`. */
const wrapped: Readonly<Record<string, { first: unknown; needed?: object }>> = {
  crossBatchMemory: { first: contrastiveLoss() },
  fitTokenizer: { first: ['a b'] },
  parseCsv: { first: 'a,b' },
  kFolds: { first: [0, 0, 0, 1, 1, 1] },
  matryoshkaLoss: { first: contrastiveLoss(), needed: { dims: [1] } },
  relationLoss: { first: contrastiveLoss() },
  relationMiner: { first: semiHardMiner() },
  restoreIndex: { first: createIndex({ dims: 2 }).state() },
  selfSupervisedLoss: { first: contrastiveLoss() },
};

/** The functions that take options alone, or behind a part that they wrap. */
const makers = [...tables.keys()].filter((name) => {
  const make = (library as Record<string, unknown>)[name];
  if (typeof make !== 'function' || make.constructor.name === 'AsyncFunction') return false;
  return name in wrapped || make.length <= 1;
});

describe.each(makers)('%s', (name) => {
  const make = (options: object): unknown => {
    const call = (library as unknown as Record<string, (...given: unknown[]) => unknown>)[name];
    return name in wrapped ? call?.(wrapped[name]?.first, options) : call?.(options);
  };
  const table = tables.get(name) as Table;
  const required = Object.fromEntries(
    Object.keys(table)
      .filter((option) => table[option]?.absent === 'required' || option === 'low')
      .map((option) => [option, needed[option]]),
  );
  const given = { ...required, ...wrapped[name]?.needed };

  test.each(Object.keys(table))('refuses what is no %s, and says so', (option) => {
    for (const value of values.filter((each) => !table[option]?.kind.accepts(each))) {
      const call = (): unknown => make({ ...given, [option]: value });
      expect(call, String(value)).toThrow(MetricLearningError);
      expect(call).toThrow(new RegExp(`^${name}: expected ${option} to be .*got ${option}: `));
    }
  });

  test('refuses an option that it does not know, and names the nearest', () => {
    const option = Object.keys(table).find((each) => each.length > 2) as string;
    expect(() => make({ ...given, [`${option}s`]: 1 })).toThrow(
      new RegExp(`^${name}: .*It is called ${option}\\.$`),
    );
    expect(() => make({ ...given, completelyUnknown: 1 })).toThrow(MetricLearningError);
    expect(() => make(null as unknown as object)).toThrow(MetricLearningError);
  });
});

/** `<!-- options: name -->`, a table, `<!-- end -->`; written anew by `npm run docs:options`. */
const place = /<!-- options: (\w+) -->\n[\s\S]*?<!-- end -->/g;

describe.each(globSync(['README.md', 'docs/**/*.md']).sort())('%s', (page) => {
  test('has the options that the code has', () => {
    const written = readFileSync(page, 'utf8');
    const [begun, ended] = [/<!-- options: /g, place].map(
      (part) => [...written.matchAll(part)].length,
    );
    expect(ended, 'every table has its <!-- end -->').toBe(begun);
    const generated = written.replaceAll(
      place,
      (_, name: string) => `<!-- options: ${name} -->\n${markdown(name)}\n<!-- end -->`,
    );
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(page, generated);
    else expect(written).toBe(generated);
  });
});
