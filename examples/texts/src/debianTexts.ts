import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createRandom, MetricLearningError } from 'tfjs-metric-learning';
import { type LabelledText, readPackages } from './packagesFile.ts';

const extract = new URL('../data/packages.tsv', import.meta.url);
const lists = '/var/lib/apt/lists';
const helper = '/usr/lib/apt/apt-helper';
/** Sections that say how a package is made, not what it is for. */
const technical = new Set(['debug', 'metapackages', 'oldlibs', 'tasks']);

/**
 * The extract that comes with the example: one line a package, its name, section and description.
 *
 * @throws MetricLearningError if the file is not the one whose checksum stands beside it.
 */
export function readExtract(): LabelledText[] {
  const contents = readFileSync(extract, 'utf8');
  const [expected = ''] = readFileSync(new URL(`${extract}.sha256`), 'utf8').split(' ');
  const got = createHash('sha256').update(contents).digest('hex');
  if (got !== expected) {
    throw new MetricLearningError({
      where: 'texts',
      expected: `data/packages.tsv with the checksum ${expected}`,
      got,
      fix: 'Check the file out again, or make it anew: npm run extract -w examples/texts.',
    });
  }
  return parseExtract(contents);
}

export function parseExtract(contents: string): LabelledText[] {
  return contents
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name = '', section = '', text = ''] = line.split('\t');
      return { name, section, text };
    });
}

/**
 * All packages in the lists that `apt-get update` leaves, whatever way they are compressed.
 *
 * @throws MetricLearningError if there are no such lists.
 */
export async function readAptLists(): Promise<LabelledText[]> {
  const names = await readdir(lists).catch(() => [] as string[]);
  const files = names.filter((name) => /_Packages(\.\w+)?$/.test(name)).sort();
  if (files.length === 0) {
    throw new MetricLearningError({
      where: 'texts',
      expected: `apt's package lists in ${lists}`,
      got: 'none',
      fix: 'Run apt-get update, or leave out --data apt.',
    });
  }
  const run = promisify(execFile);
  const contents: string[] = [];
  for (const file of files) {
    const { stdout } = await run(helper, ['cat-file', join(lists, file)], { maxBuffer: 2 ** 30 });
    contents.push(stdout);
  }
  return readPackages(contents.join('\n\n'));
}

/** At most `most` texts of each section that has at least `least`, drawn at random, in the order of sections and names. */
export function chooseTexts(
  texts: readonly LabelledText[],
  { least, most, seed }: { least: number; most: number; seed: number },
): LabelledText[] {
  const sections = new Map<string, LabelledText[]>();
  for (const one of texts) {
    if (technical.has(one.section)) continue;
    const same = sections.get(one.section);
    if (same) same.push(one);
    else sections.set(one.section, [one]);
  }
  return [...sections]
    .filter(([, members]) => members.length >= least)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([section, members]) => {
      const order = createRandom(seed)
        .fork(section)
        .shuffle([...members.keys()]);
      return order
        .slice(0, most)
        .sort((a, b) => a - b)
        .map((i) => members[i] as LabelledText);
    });
}
