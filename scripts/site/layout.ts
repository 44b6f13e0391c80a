import { attribute, escapeHtml } from './html.ts';
import type { Heading } from './markdown.ts';
import { relative } from './pages.ts';

/** An entry of the menu at the side. */
export interface MenuLink {
  readonly title: string;
  readonly url: string;
  /** Written as code. */
  readonly code?: boolean;
}

export interface MenuGroup {
  readonly title: string;
  readonly folded: boolean;
  readonly links: readonly MenuLink[];
}

export interface PageParts {
  readonly url: string;
  readonly title: string;
  readonly description: string;
  readonly body: string;
  /** The part of the site that the page belongs to: it is marked in the header. */
  readonly part: 'start' | 'guide' | 'reference' | 'gallery' | 'results';
  readonly headings?: readonly Heading[];
  readonly menu?: readonly MenuGroup[];
  readonly before?: MenuLink | undefined;
  readonly after?: MenuLink | undefined;
}

const parts = [
  { part: 'guide', title: 'Guide', url: 'introduction.html' },
  { part: 'reference', title: 'Reference', url: 'reference/index.html' },
  { part: 'gallery', title: 'Gallery', url: 'gallery.html' },
  { part: 'results', title: 'Results', url: 'losses/results.html' },
] as const;

/** Three points: an anchor, a positive near it, and a negative far away. */
const logo =
  '<svg class="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true"><path d="M9 22 14 11" stroke="currentColor" stroke-width="2.5"/><path d="M9 22 25 18" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2 3"/><circle cx="9" cy="22" r="4.5" fill="#1061d1"/><circle cx="14" cy="10" r="4.5" fill="#00b2ae"/><circle cx="25.5" cy="18" r="4.5" fill="#f5616b"/></svg>';

const icons = {
  search:
    '<svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true"><circle cx="9" cy="9" r="5.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="m13 13 4.5 4.5" stroke="currentColor" stroke-width="2"/></svg>',
  menu: '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="M2 5h16M2 10h16M2 15h16" stroke="currentColor" stroke-width="2"/></svg>',
  theme:
    '<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><circle cx="10" cy="10" r="7" fill="none" stroke="currentColor" stroke-width="2"/><path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/></svg>',
};

/** A whole page. It needs no other host and no place of its own: all its addresses are relative. */
export function layout(page: PageParts): string {
  const root = relative(page.url, 'index.html').replace(/index\.html$/, '');
  const to = (url: string): string => `${root}${url}`;
  const title =
    page.part === 'start' ? 'tfjs-metric-learning' : `${page.title} · tfjs-metric-learning`;
  const tabs = parts.map(({ part, title, url }) => {
    const current = part === page.part ? ' aria-current="true"' : '';
    return `<a href="${to(url)}"${current}>${title}</a>`;
  });
  return `<!doctype html>
<html lang="en" data-root="${root}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${attribute(page.description)}">
<link rel="icon" href="${to('assets/icon.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${to('assets/site.css')}">
${page.body.includes('class="katex') ? `<link rel="stylesheet" href="${to('assets/katex.css')}">\n` : ''}<script>try{document.documentElement.dataset.theme=localStorage.getItem('theme')||'auto'}catch{}</script>
<script src="${to('assets/main.js')}" defer></script>
</head>
<body class="${page.part}">
<a class="skip" href="#site-main">Skip to the text</a>
<header class="top">
${page.menu ? `<button type="button" class="icon" id="menu-button" aria-expanded="false" aria-controls="site-menu" aria-label="Menu">${icons.menu}</button>\n` : ''}<a class="home" href="${to('index.html')}">${logo}<span>tfjs-metric-learning</span></a>
<button type="button" id="search-button">${icons.search}<span>Search</span><kbd>Ctrl K</kbd></button>
<nav class="tabs" aria-label="Parts">${tabs.join('')}</nav>
<button type="button" class="icon" id="theme-button" aria-label="Theme: automatic" title="Theme: automatic">${icons.theme}</button>
</header>
<div class="frame">
${page.menu ? sideMenu(page.menu, page, tabs.join('')) : ''}<main id="site-main" tabindex="-1">
<article>
${page.body}
</article>
${pager(page)}</main>
${contents(page.headings ?? [])}</div>
</body>
</html>
`;
}

function sideMenu(groups: readonly MenuGroup[], { url }: PageParts, tabs: string): string {
  const items = groups.map(({ title, folded, links }) => {
    const here = links.some((link) => link.url === url);
    const list = links.map((link) => {
      const current = link.url === url ? ' aria-current="page"' : '';
      const text = escapeHtml(link.title);
      return `<li><a href="${relative(url, link.url)}"${current}>${link.code ? `<code>${text}</code>` : text}</a></li>`;
    });
    const open = !folded || here ? ' open' : '';
    return `<details${open}><summary>${escapeHtml(title)}</summary><ul>${list.join('')}</ul></details>`;
  });
  return `<nav id="site-menu" aria-label="Pages"><div class="tabs-small">${tabs}</div>${items.join('')}</nav>\n`;
}

function pager({ url, before, after }: PageParts): string {
  if (!before && !after) return '';
  const link = (each: MenuLink | undefined, rel: string, words: string): string =>
    each
      ? `<a rel="${rel}" href="${relative(url, each.url)}"><small>${words}</small>${escapeHtml(each.title)}</a>`
      : '<span></span>';
  return `<nav class="pager" aria-label="Previous and next page">${link(before, 'prev', 'Previous')}${link(after, 'next', 'Next')}</nav>\n`;
}

/** The headings of a page, beside it. */
function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return '';
  const links = shown.map(
    ({ level, id, text }) =>
      `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav id="site-contents" aria-labelledby="site-contents-title"><p id="site-contents-title">On this page</p><ul>${links.join('')}</ul></nav>\n`;
}
