import { posix } from 'node:path';
import katex from 'katex';
import createMarkdown, { type MarkdownIt, type Token } from 'markdown-it';
import type { Highlight } from './highlight.ts';
import { attribute, escapeHtml } from './html.ts';
import { relative } from './pages.ts';
import { isRunnable } from './runnable.ts';

/** A heading of a page. */
export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

/** A part of a page that the search finds. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  text: string;
}

/** What rendering a page needs to know, and what it finds out. */
export interface RenderContext extends Record<PropertyKey, unknown> {
  /** The address of the page that is written. */
  readonly url: string;
  /** The file that the Markdown is from: its links are relative to it. */
  readonly file: string;
  readonly headings: Heading[];
  readonly sections: Section[];
}

export interface MarkdownParts {
  readonly highlight: Highlight;
  /** The address of a file of the repository that a page links to. Throws for a file that does not exist. */
  readonly linkTo: (file: string) => string;
  /** The address of the reference page of a public name; undefined for other words. */
  readonly reference: (name: string) => string | undefined;
}

export interface Renderer {
  page(markdown: string, context: RenderContext): string;
  /** A line without a paragraph around it. */
  inline(markdown: string, context: RenderContext): string;
}

export function createRenderer({ highlight, linkTo, reference }: MarkdownParts): Renderer {
  const md = createMarkdown({ html: true });
  const rules = md.renderer.rules;
  addFormulas(md);

  const contextOf = (env: unknown): RenderContext => env as RenderContext; // what `page` and `inline` pass
  const resolve = (context: RenderContext, href: string): string => {
    if (/^(https?:|mailto:|#)/.test(href)) return href;
    const [path = '', hash] = href.split('#');
    const target = linkTo(posix.join(posix.dirname(context.file), path));
    return relative(context.url, target) + (hash === undefined ? '' : `#${hash}`);
  };

  rules['heading_open'] = (tokens, i, _options, env) => {
    const context = contextOf(env);
    const level = Number(tokens[i]!.tag.slice(1));
    const text = plainText(tokens[i + 1]?.children ?? []);
    const id = freeId(slug(text), context.headings);
    context.headings.push({ level, id, text });
    return `<${tokens[i]!.tag} id="${id}">`;
  };
  rules['heading_close'] = (tokens, i, _options, env) => {
    const { id, text, level } = contextOf(env).headings.at(-1)!;
    const anchor =
      level === 1
        ? ''
        : ` <a class="anchor" href="#${id}" aria-label="Link to ${attribute(text)}">#</a>`;
    return `${anchor}</${tokens[i]!.tag}>\n`;
  };
  rules['link_open'] = (tokens, i, options, env, self) => {
    const token = tokens[i]!;
    const href = String(token.attrGet('href'));
    token.attrSet('href', resolve(contextOf(env), href));
    if (/^https?:/.test(href)) token.attrSet('rel', 'noopener');
    return self.renderToken(tokens, i, options);
  };
  rules['image'] = (tokens, i, _options, env) => {
    const token = tokens[i]!;
    const src = resolve(contextOf(env), String(token.attrGet('src')));
    return `<img class="picture" src="${attribute(src)}" alt="${attribute(token.content)}" loading="lazy">`;
  };
  rules['fence'] = (tokens, i) => {
    const { info, content } = tokens[i]!;
    return codeBlock(highlight, content.trimEnd(), info.trim());
  };
  rules['code_block'] = (tokens, i) => codeBlock(highlight, tokens[i]!.content.trimEnd(), '');
  rules['code_inline'] = (tokens, i, _options, env) => {
    const code = escapeHtml(tokens[i]!.content);
    const name = /^(\w+)(?:\(.*\))?$/.exec(tokens[i]!.content)?.[1];
    const target = name === undefined || inLink(tokens, i) ? undefined : reference(name);
    const { url } = contextOf(env);
    if (target === undefined || target === url) return `<code>${code}</code>`;
    return `<a class="name" href="${relative(url, target)}"><code>${code}</code></a>`;
  };
  rules['table_open'] = (tokens, i, _options, env) => {
    const first = tokens.slice(i).find(({ type }) => type === 'inline')?.content;
    const kind = first === 'option' ? ' options' : '';
    const heading = contextOf(env).headings.at(-1)?.text ?? '';
    return `<div class="table${kind}" role="group" aria-label="Table: ${attribute(heading)}"><table>`;
  };
  rules['table_close'] = () => '</table></div>\n';
  rules['html_block'] = (tokens, i) => tokens[i]!.content.replaceAll(/<!--[\s\S]*?-->\n?/g, '');

  return {
    page(markdown, context) {
      const tokens = md.parse(foldOptions(markdown), context);
      let section: Section = { id: '', heading: '', text: '' };
      tokens.forEach((token, i) => {
        if (token.type === 'heading_open') {
          const text = plainText(tokens[i + 1]?.children ?? []);
          section = { id: freeId(slug(text), context.sections), heading: text, text: '' };
          context.sections.push(section);
        } else if (token.type === 'inline' && tokens[i - 1]?.type !== 'heading_open') {
          section.text += ` ${plainText(token.children ?? [])}`;
        } else if (token.type === 'fence') {
          section.text += ` ${token.content.replaceAll(/\s+/g, ' ')}`;
        }
      });
      return md.renderer.render(tokens, md.options, context);
    },
    inline: (markdown, context) => md.renderInline(markdown, context),
  };
}

/**
 * Tables of options have four columns, of which two are short: here default and accepted values stand below the name and
 * the meaning, so that the table can be read on a phone.
 */
export function foldOptions(markdown: string): string {
  return markdown.replaceAll(
    /^\| option \| default \| accepts \| meaning \|\n\| --- \| --- \| --- \| --- \|\n((?:\|.*\n?)*)/gm,
    (_, rows: string) => {
      const folded = rows
        .trim()
        .split('\n')
        .map((row) => {
          const [, name, value, accepts, meaning] = row
            .split(/(?<!\\)\|/)
            .map((cell) => cell.trim());
          const preset = value === 'required' || value === 'none' ? value : `default ${value}`;
          return `| ${name}<small>${preset}</small> | ${meaning}<small>Accepts ${accepts}.</small> |`;
        });
      return `| option | meaning |\n| --- | --- |\n${folded.join('\n')}\n`;
    },
  );
}

function inLink(tokens: readonly Token[], i: number): boolean {
  const before = tokens.slice(0, i);
  const opened = before.filter(({ type }) => type === 'link_open').length;
  return opened > before.filter(({ type }) => type === 'link_close').length;
}

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'softbreak' || token.type === 'hardbreak') return ' ';
      return token.type === 'html_inline' ? '' : token.content;
    })
    .join('');
}

/** The id that GitHub gives a heading, so that links work in both places. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function freeId(id: string, taken: readonly { readonly id: string }[]): string {
  const isTaken = (each: string): boolean => taken.some((other) => other.id === each);
  let free = id;
  for (let i = 1; isTaken(free); i++) free = `${id}-${i}`;
  return free;
}

/** Code with its colors; a block that runs in the page has a place for the buttons. */
export function codeBlock(highlight: Highlight, code: string, language: string): string {
  const html = highlight(code, language).replace('<pre ', '<pre aria-label="Code" role="group" ');
  const runs = language === 'ts' && isRunnable(code);
  const data = runs ? ' data-runs' : '';
  return `<div class="code"${data} data-language="${attribute(language)}">${html}</div>\n`;
}

/** `$..$` in a line and `$$..$$` as a paragraph. */
function addFormulas(md: MarkdownIt): void {
  const render = (formula: string, displayMode: boolean): string =>
    katex.renderToString(formula, { displayMode, throwOnError: true, strict: 'error' });

  md.inline.ruler.before('escape', 'formula', (state, silent) => {
    const rest = state.src.slice(state.pos);
    const found = /^(\$\$?)(?!\s)((?:\\.|[^$\\])+?)\1(?!\d)/.exec(rest);
    if (found === null || /\s$/.test(found[2]!)) return false;
    if (!silent) {
      const token = state.push('formula', '', 0);
      token.content = found[2]!.trim();
      token.markup = found[1]!;
    }
    state.pos += found[0].length;
    return true;
  });
  md.renderer.rules['formula'] = (tokens, i) =>
    render(tokens[i]!.content, tokens[i]!.markup === '$$');
  // A formula may begin a line and go on in the next ones: Markdown would take its signs for lists and emphasis.
  md.block.ruler.before('fence', 'formulas', (state, start, end, silent) => {
    const line = (i: number): string =>
      state.src.slice(state.bMarks[i]! + state.tShift[i]!, state.eMarks[i]!);
    if (!line(start).startsWith('$$')) return false;
    let last = start;
    let text = line(start).slice(2);
    while (!text.trimEnd().endsWith('$$') && last + 1 < end) text += `\n${line(++last)}`;
    if (!text.trimEnd().endsWith('$$')) return false;
    if (silent) return true;
    const token = state.push('formulas', 'div', 0);
    token.content = text.trimEnd().slice(0, -2);
    state.line = last + 1;
    return true;
  });
  md.renderer.rules['formulas'] = (tokens, i) =>
    `<div class="formula">${render(tokens[i]!.content, true)}</div>\n`;
}
