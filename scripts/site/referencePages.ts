import { completeExample } from './completeExample.ts';
import type { Highlight } from './highlight.ts';
import { attribute, escapeHtml } from './html.ts';
import type { MenuGroup, PageParts } from './layout.ts';
import {
  codeBlock,
  type Heading,
  type RenderContext,
  type Renderer,
  type Section,
} from './markdown.ts';
import { type Page, relative } from './pages.ts';
import { type ApiEntry, type ApiMember, firstSentence } from './readApi.ts';
import { importsOf, isRunnable } from './runnable.ts';

export interface ReferencePage extends PageParts {
  readonly sections: readonly Section[];
}

export interface Room {
  readonly name: string;
  /** What the room holds, in words. */
  readonly holds: string;
}

export interface ReferenceParts {
  readonly api: readonly ApiEntry[];
  readonly pages: readonly Page[];
  readonly rooms: readonly Room[];
  readonly renderer: Renderer;
  readonly highlight: Highlight;
}

export function referenceUrl(name: string): string {
  return `reference/${name}.html`;
}

/** A runnable block of the guide. */
interface GuideBlock {
  readonly page: Page;
  readonly code: string;
}

/** A page for every public name, and one that lists them. */
export function referencePages(parts: ReferenceParts): ReferencePage[] {
  const { api, rooms } = parts;
  const byName = new Map(api.map((entry) => [entry.name, entry]));
  const blocks = guideBlocks(parts.pages);
  const tables = optionTables(parts.pages);
  const pages = api.map((entry) => namePage(entry, { ...parts, byName, blocks, tables }));
  return [listPage(parts, rooms), ...pages];
}

interface Known extends ReferenceParts {
  readonly byName: ReadonlyMap<string, ApiEntry>;
  readonly blocks: readonly GuideBlock[];
  readonly tables: ReadonlyMap<string, string>;
}

const isValue = ({ kind }: ApiEntry): boolean =>
  kind === 'function' || kind === 'class' || kind === 'value';

function guideBlocks(pages: readonly Page[]): GuideBlock[] {
  return pages.flatMap((page) =>
    [...page.markdown.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
      .map(([, code = '']) => ({ page, code: code.trimEnd() }))
      .filter(({ code }) => isRunnable(code)),
  );
}

/** The tables of options that stand in the guide, by the name of the function. */
function optionTables(pages: readonly Page[]): Map<string, string> {
  return new Map(
    pages.flatMap(({ markdown }) =>
      [...markdown.matchAll(/<!-- options: (\w+) -->\n([\s\S]*?)<!-- end -->/g)].map(
        ([, name = '', table = '']) => [name, table] as const,
      ),
    ),
  );
}

function namePage(entry: ApiEntry, known: Known): ReferencePage {
  const { renderer, highlight, byName, blocks, tables, rooms } = known;
  const url = referenceUrl(entry.name);
  const headings: Heading[] = [{ level: 1, id: entry.name, text: entry.name }];
  const context: RenderContext = { url, file: entry.file, headings: [], sections: [] };
  const html: string[] = [];
  const heading = (text: string): void => {
    const id = text.toLowerCase().replaceAll(/\W+/g, '-');
    headings.push({ level: 2, id, text });
    html.push(
      `<h2 id="${id}">${escapeHtml(text)} <a class="anchor" href="#${id}" aria-label="Link to ${attribute(text)}">#</a></h2>`,
    );
  };
  const linked = (code: string): string =>
    linkNames(codeBlock(highlight, code, 'ts').replace(' data-runs', ''), entry.name, url, byName);

  const kind = {
    function: 'Function',
    class: 'Class',
    value: 'Value',
    interface: 'Interface',
    type: 'Type',
  }[entry.kind];
  const room = rooms.find(({ name }) => name === entry.room);
  html.push(
    `<p class="crumbs"><a href="${relative(url, 'reference/index.html')}">Reference</a> / <a href="${relative(url, 'reference/index.html')}#room-${entry.room}">${entry.room}</a></p>`,
    `<h1 id="${entry.name}"><code>${entry.name}</code> <span class="kind">${kind}</span></h1>`,
    renderer.page(
      readable(entry.doc.text) || `Part of \`${entry.room}\`: ${room?.holds ?? ''}.`,
      context,
    ),
  );
  const bare = isValue(entry) ? '' : 'type ';
  html.push(
    codeBlock(highlight, `import { ${bare}${entry.name} } from '${entry.entry}';`, 'ts').replace(
      ' data-runs',
      '',
    ),
  );

  heading('Signature');
  const isRecord = entry.kind === 'interface' || entry.kind === 'class';
  const signature = isRecord ? recordText(entry) : entry.signatures.join(';\n\n');
  html.push(linked(signature));

  const table = tables.get(entry.name);
  const options = optionMembers(entry, byName);
  if (table !== undefined) {
    heading('Options');
    html.push(renderer.page(table, { ...context, headings }));
  } else if (options.length > 0) {
    heading('Options');
    html.push(memberTable(options, 'option', known, context, headings));
  }
  if (entry.kind === 'interface') {
    const members = membersOf(entry, byName);
    if (members.length > 0) {
      heading('Members');
      html.push(memberTable(members, 'member', known, context, headings));
    }
  }
  if (entry.kind === 'class') {
    heading('Members');
    for (const member of entry.members) html.push(memberText(member, known, context, linked));
  }
  if (entry.doc.throws.length > 0) {
    heading('Errors');
    html.push(
      `<ul>${entry.doc.throws.map((each) => `<li>${renderer.inline(throwsText(each), context)}</li>`).join('')}</ul>`,
    );
  }

  const example = isValue(entry) ? bestBlock(entry, blocks) : undefined;
  if (example !== undefined || entry.doc.examples.length > 0) heading('Example');
  if (example !== undefined) {
    html.push(
      codeBlock(highlight, example.code, 'ts'),
      `<p class="from">From <a href="${relative(url, example.page.url)}">${escapeHtml(example.page.title)}</a>.</p>`,
    );
  }
  for (const each of entry.doc.examples) {
    const whole = example === undefined ? completed(each, entry, known) : undefined;
    if (example !== undefined) html.push('<p>In short:</p>');
    html.push(whole === undefined ? linked(each) : codeBlock(highlight, whole, 'ts'));
  }
  if (entry.doc.see.length > 0) {
    heading('Source');
    html.push(
      `<ul>${entry.doc.see.map((each) => `<li>${renderer.inline(autolink(each.replaceAll(/\s+/g, ' ')), context)}</li>`).join('')}</ul>`,
    );
  }
  const reading = mentions(entry, known.pages);
  const users = usedBy(entry, known.api);
  if (reading.length > 0 || users.length > 0) {
    heading('See also');
    const links = reading.map(
      (page) => `<li><a href="${relative(url, page.url)}">${escapeHtml(page.title)}</a></li>`,
    );
    const names = users.map(
      (each) =>
        `<a class="name" href="${relative(url, referenceUrl(each.name))}"><code>${each.name}</code></a>`,
    );
    if (names.length > 0) links.push(`<li>Used by ${names.join(', ')}</li>`);
    html.push(`<ul>${links.join('')}</ul>`);
  }
  html.push(`<p class="from">Declared in <code>${entry.file}</code>.</p>`);

  const summary = firstSentence(entry.doc);
  return {
    url,
    title: entry.name,
    description: summary.replaceAll('`', ''),
    body: html.join('\n'),
    part: 'reference',
    headings,
    menu: referenceMenu(known, entry),
    sections: [
      { id: '', heading: '', text: `${summary} ${options.map(({ name }) => name).join(' ')}` },
    ],
  };
}

/** Doc comments mark options and shapes by indentation, which would be code in Markdown. */
function readable(text: string): string {
  return text.replaceAll(/^ {1,3}(?=\S)/gm, '');
}

function throwsText(text: string): string {
  const one = text.replaceAll(/\s+/g, ' ').replace(/^(\w+) (?=if|when|for|on)/, '`$1` ');
  return one;
}

/** A source ends with its address. */
function autolink(text: string): string {
  return text.replaceAll(/(?<![(<])https?:\/\/[^\s),]+[^\s),.]/g, '<$&>');
}

/** An interface or a class, with its members but without their comments. */
function recordText({ signatures, members, kind }: ApiEntry): string {
  const lines = members.map(
    ({ signature }) => `  ${signature.replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, '')};`,
  );
  const body = kind === 'class' ? lines.filter((line) => !line.includes('Symbol.dispose')) : lines;
  return `${signatures[0]} {\n${body.join('\n')}\n}`;
}

/** All members of an interface, those of the interfaces it extends behind its own. */
function membersOf(entry: ApiEntry, byName: ReadonlyMap<string, ApiEntry>): ApiMember[] {
  const found = [...entry.members];
  for (const each of entry.extended) {
    const base = byName.get(each);
    if (base === undefined) continue;
    for (const member of membersOf(base, byName)) {
      if (found.every(({ name }) => name !== member.name)) found.push(member);
    }
  }
  return found;
}

/** The options of a function: the members of the type of its last parameter, if that is a record of options. */
function optionMembers(entry: ApiEntry, byName: ReadonlyMap<string, ApiEntry>): ApiMember[] {
  if (entry.kind !== 'function') return [];
  const names = [...(entry.signatures[0]?.matchAll(/: (\w+Options)\b/g) ?? [])].map(
    ([, name = '']) => name,
  );
  const record = byName.get(names.at(-1) ?? '');
  return record === undefined ? [] : membersOf(record, byName);
}

function memberTable(
  members: readonly ApiMember[],
  word: string,
  { renderer, byName }: Known,
  context: RenderContext,
  headings: readonly Heading[],
): string {
  const rows = members.map(({ name, signature, optional, doc }) => {
    const type = signature
      .replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, '')
      .replace(/^readonly /, '')
      .replace(name, '')
      .replace(/^\??:? ?/, '')
      .replaceAll(/\s+/g, ' ');
    const needed = word === 'option' && !optional ? '<small>required</small>' : '';
    const shown = linkWords(type, context.url, byName);
    const meaning = renderer.inline(doc.text.replaceAll(/\s+/g, ' '), context);
    return `<tr><td><code>${escapeHtml(name)}</code>${needed}</td><td>${meaning}<small><code class="type">${shown}</code></small></td></tr>`;
  });
  return `<div class="table options" role="group" aria-label="Table: ${headings.at(-1)?.text ?? word}"><table><thead><tr><th>${word}</th><th>meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function memberText(
  member: ApiMember,
  { renderer }: Known,
  context: RenderContext,
  linked: (code: string) => string,
): string {
  const { name, signature, doc } = member;
  if (name.includes('Symbol')) return '';
  const throws = doc.throws.map((each) => `<li>${renderer.inline(throwsText(each), context)}</li>`);
  return [
    `<h3 id="${attribute(name)}"><code>${escapeHtml(name)}</code> <a class="anchor" href="#${attribute(name)}" aria-label="Link to ${attribute(name)}">#</a></h3>`,
    linked(signature),
    renderer.page(readable(doc.text), { ...context, headings: [], sections: [] }),
    throws.length > 0 ? `<p>Errors:</p><ul>${throws.join('')}</ul>` : '',
    ...doc.examples.map((each) => linked(each)),
  ].join('\n');
}

/** The runnable block that shows a name best: one of its own page, else the shortest. */
function bestBlock({ name }: ApiEntry, blocks: readonly GuideBlock[]): GuideBlock | undefined {
  const uses = blocks.filter(({ code }) => new RegExp(`\\b${name}\\b`).test(code));
  const own = uses.find(({ page }) => page.url.endsWith(`/${name}.html`));
  return own ?? uses.sort((a, b) => a.code.length - b.code.length)[0];
}

/** Examples that need more classes or examples than those which completeExample knows, or files of a server. */
const needMore = ['fetchIdxDataset', 'kFolds', 'labelSetSampler', 'relationSampler'];

function completed(
  example: string,
  { entry, name }: ApiEntry,
  { byName }: Known,
): string | undefined {
  if (entry.endsWith('/node') || needMore.includes(name)) return undefined;
  const whole = completeExample(example, (name) => {
    const found = byName.get(name);
    return found !== undefined && isValue(found) ? found.entry : undefined;
  });
  return whole !== undefined && importsOf(whole).length > 0 && isRunnable(whole)
    ? whole
    : undefined;
}

/** The pages of the guide that say something of a name: its own page, then those whose code uses it. */
function mentions({ name }: ApiEntry, pages: readonly Page[]): Page[] {
  const word = new RegExp(`\`${name}(?:\\([^\`]*\\))?\`|\\b${name}\\(`);
  const found = pages.filter(
    ({ file, markdown }) => !/contents|CHANGELOG|renamed/.test(file) && word.test(markdown),
  );
  const own = found.filter(({ url }) => url.endsWith(`/${name}.html`));
  const rest = found.filter((page) => !own.includes(page));
  const count = ({ markdown }: Page): number => markdown.split(name).length;
  return [...own, ...rest.sort((a, b) => count(b) - count(a))].slice(0, 5);
}

/** The functions that take or give a type. */
function usedBy(entry: ApiEntry, api: readonly ApiEntry[]): ApiEntry[] {
  if (isValue(entry)) return [];
  const word = new RegExp(`\\b${entry.name}\\b`);
  const users = api.filter(
    (each) => isValue(each) && each.signatures.some((text) => word.test(text)),
  );
  return users.slice(0, 12);
}

/** Makes links of the public names in highlighted code. */
function linkNames(
  html: string,
  own: string,
  url: string,
  byName: ReadonlyMap<string, ApiEntry>,
): string {
  return html.replaceAll(
    /(<span style="[^"]*">)(\s*)(\w+)(\s*)(?=<\/span>)/g,
    (whole, open, before, name, after) => {
      if (name === own || !byName.has(name)) return whole;
      return `${open}${before}<a href="${relative(url, referenceUrl(name))}">${name}</a>${after}`;
    },
  );
}

function linkWords(text: string, url: string, byName: ReadonlyMap<string, ApiEntry>): string {
  return escapeHtml(text).replaceAll(/\b[A-Za-z]\w+\b/g, (name) =>
    byName.has(name) && !isValue(byName.get(name)!)
      ? `<a href="${relative(url, referenceUrl(name))}">${name}</a>`
      : name,
  );
}

function referenceMenu({ api, rooms }: ReferenceParts, entry: ApiEntry | undefined): MenuGroup[] {
  return rooms.flatMap(({ name }): MenuGroup[] => {
    const inRoom = api.filter(({ room }) => room === name);
    if (inRoom.length === 0) return [];
    if (name !== entry?.room) {
      return [
        {
          title: name,
          folded: true,
          links: [{ title: `All of ${name}`, url: `reference/index.html#room-${name}` }],
        },
      ];
    }
    const sorted = [...inRoom.filter(isValue), ...inRoom.filter((each) => !isValue(each))];
    return [
      {
        title: name,
        folded: false,
        links: sorted.map((each) => ({
          title: each.name,
          url: referenceUrl(each.name),
          code: true,
        })),
      },
    ];
  });
}

function listPage(parts: ReferenceParts, rooms: readonly Room[]): ReferencePage {
  const { api, renderer } = parts;
  const url = 'reference/index.html';
  const context: RenderContext = { url, file: 'docs/contents.md', headings: [], sections: [] };
  const headings: Heading[] = [{ level: 1, id: 'reference', text: 'Reference' }];
  const lists = rooms.flatMap(({ name, holds }) => {
    const inRoom = api.filter(({ room }) => room === name);
    if (inRoom.length === 0) return [];
    headings.push({ level: 2, id: `room-${name}`, text: name });
    const items = inRoom.filter(isValue).map((entry) => {
      const summary = renderer
        .inline(firstSentence(entry.doc), context)
        .replaceAll(/<\/?a\b[^>]*>/g, '');
      return `<li data-name="${entry.name.toLowerCase()}"><a href="${relative(url, referenceUrl(entry.name))}"><code>${entry.name}</code></a><span>${summary}</span></li>`;
    });
    const types = inRoom
      .filter((entry) => !isValue(entry))
      .map(
        (entry) =>
          `<a class="name" data-name="${entry.name.toLowerCase()}" href="${relative(url, referenceUrl(entry.name))}"><code>${entry.name}</code></a>`,
      );
    return [
      `<section class="room" aria-labelledby="room-${name}"><h2 id="room-${name}">${name} <a class="anchor" href="#room-${name}" aria-label="Link to ${name}">#</a></h2>`,
      `<p>${renderer.inline(holds.charAt(0).toUpperCase() + holds.slice(1), context)}.</p>`,
      `<ul class="names">${items.join('')}</ul>`,
      types.length > 0
        ? `<details class="types"><summary>${types.length === 1 ? '1 type' : `${types.length} types`}</summary><p>${types.join(' ')}</p></details>`
        : '',
      '</section>',
    ];
  });
  const count = api.filter(isValue).length;
  return {
    url,
    title: 'Reference',
    description: 'Every public name of tfjs-metric-learning.',
    body: `<h1 id="reference">Reference</h1>\n<p>The ${count} functions, classes and values that one can import, by the room of the library that they are in, and the types that they use.</p>\n<p class="filter"><label for="filter">Show names with</label> <input id="filter" type="search" autocomplete="off" spellcheck="false"></p>\n${lists.join('\n')}`,
    part: 'reference',
    headings,
    menu: [
      {
        title: 'Rooms',
        folded: false,
        links: headings.slice(1).map(({ id, text }) => ({ title: text, url: `${url}#${id}` })),
      },
    ],
    sections: [],
  };
}
