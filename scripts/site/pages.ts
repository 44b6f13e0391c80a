import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { globSync } from 'tinyglobby';

/** A group of pages in the menu at the side. */
export interface Group {
  readonly title: string;
  /** The group is closed until one of its pages is shown. */
  readonly folded?: boolean;
  /** Files or patterns, from the root of the repository. A page stands in the first group that names it. */
  readonly pages: readonly string[];
}

/** A Markdown file, and where the site has it. */
export interface Page {
  /** The file, from the root of the repository. */
  readonly file: string;
  /** Its address, from the root of the site. */
  readonly url: string;
  readonly title: string;
  readonly group: string;
  readonly markdown: string;
}

/** Files of the site that are not in docs/. */
const outside = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];

/** The address of a file: `docs/losses/README.md` is `losses/index.html`. */
export function urlOf(file: string): string {
  if (file === 'README.md') return 'introduction.html';
  if (file === 'docs/README.md') return 'all-pages.html';
  const path = file.replace(/^docs\//, '').replace(/\.md$/, '');
  const example = /^examples\/([^/]+)\/README$/.exec(path)?.[1];
  if (example !== undefined) return `examples/${example}.html`;
  const { dir, name } = posix.parse(path);
  return posix.join(
    dir.toLowerCase(),
    `${name === 'README' ? 'index' : name.replace(/^[A-Z]+$/, lower)}.html`,
  );
}

function lower(name: string): string {
  return name.toLowerCase();
}

/** Every page in the order of docs/order.json. Throws for a page of docs/ that no group names. */
export function readPages(root: string): { groups: readonly Group[]; pages: readonly Page[] } {
  const groups: readonly Group[] = JSON.parse(readFileSync(`${root}docs/order.json`, 'utf8'));
  const all = globSync(['docs/**/*.md', 'examples/*/README.md', ...outside], { cwd: root });
  const placed = new Map<string, string>();
  /** A page that is named by its whole name stands there, also when a pattern before it fits. */
  const named = new Set(groups.flatMap(({ pages }) => pages.filter((page) => !page.includes('*'))));
  for (const { title, pages } of groups) {
    for (const pattern of pages) {
      const found = pattern.includes('*')
        ? globSync(pattern, { cwd: root })
            .filter((file) => !named.has(file))
            .sort((a, b) => a.localeCompare(b, 'en'))
        : [pattern];
      for (const file of found) if (!placed.has(file)) placed.set(file, title);
    }
  }
  const lost = all.filter((file) => !placed.has(file));
  if (lost.length > 0) throw new Error(`docs/order.json names no group for ${lost.join(', ')}`);
  const pages = [...placed].map(([file, group]) => {
    const markdown = readFileSync(`${root}${file}`, 'utf8');
    const heading = /^# (.*)$/m.exec(markdown)?.[1]?.replaceAll('`', '') ?? file;
    const title = file === 'README.md' ? 'Introduction' : heading;
    return { file, url: urlOf(file), title, group, markdown };
  });
  return { groups, pages };
}

/** The address of one page of the site, as seen from another. */
export function relative(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path === '' ? posix.basename(to) : path;
}
