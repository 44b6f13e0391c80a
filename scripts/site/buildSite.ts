import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { globSync } from 'tinyglobby';
import { bundleScripts } from './bundleScripts.ts';
import { galleryPage } from './galleryPage.ts';
import { createHighlight } from './highlight.ts';
import { escapeHtml } from './html.ts';
import { layout, type MenuGroup, type MenuLink, type PageParts } from './layout.ts';
import { codeBlock, createRenderer, type RenderContext, type Section } from './markdown.ts';
import { readPages } from './pages.ts';
import { packageEntries, readApi } from './readApi.ts';
import { referencePages, referenceUrl } from './referencePages.ts';
import { writeSearchIndex } from './searchIndex.ts';
import { startPage } from './startPage.ts';

/** Writes the whole site into a folder. */
export async function buildSite(root: string, out: string): Promise<{ pages: number }> {
  const folder = resolve(root, out);
  rmSync(folder, { recursive: true, force: true });
  const write = (url: string, content: string | Uint8Array): void => {
    const file = join(folder, url);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };

  const bundled = bundleScripts(root, folder);
  const highlight = await createHighlight();
  const { groups, pages } = readPages(root);
  const api = readApi(root, packageEntries(root));
  const rooms = [
    ...readFileSync(`${root}ARCHITECTURE.md`, 'utf8').matchAll(
      /^\| `(\w+(?:Model\.ts)?)` \| ([^|]*) \|[^|]*\|$/gm,
    ),
  ].map(([, name = '', holds = '']) => ({ name: name.replace(/\.ts$/, ''), holds }));
  const names = new Set(api.map(({ name }) => name));

  const urls = new Map(pages.map(({ file, url }) => [file, url]));
  /** Files that pages link to and that are no pages: pictures and sources. */
  const extra = new Map<string, string>();
  const linkTo = (file: string): string => {
    const known = urls.get(file) ?? urls.get(posix.join(file, 'README.md')) ?? extra.get(file);
    if (known !== undefined) return known;
    if (!existsSync(root + file)) throw new Error(`A page links to ${file}, which does not exist`);
    const picture = /\.(svg|png|jpg|webp|gif)$/.test(file);
    const url = picture ? `pictures/${posix.basename(file)}` : `source/${file}.html`;
    extra.set(file, url);
    return url;
  };
  const reference = (name: string): string | undefined =>
    names.has(name) ? referenceUrl(name) : undefined;
  const renderer = createRenderer({ highlight, linkTo, reference });

  const menu: MenuGroup[] = groups.flatMap(({ title, folded }) => {
    const links = pages.filter(({ group }) => group === title);
    return links.length === 0 ? [] : [{ title, folded: folded === true, links }];
  });
  const written: (PageParts & { sections: readonly Section[] })[] = [];
  pages.forEach((page, i) => {
    const context: RenderContext = { url: page.url, file: page.file, headings: [], sections: [] };
    const body = renderer.page(page.markdown, context);
    const results = /losses\/results|performance/.test(page.url);
    written.push({
      url: page.url,
      title: page.title,
      description: description(page.markdown),
      body,
      part: results ? 'results' : 'guide',
      headings: context.headings,
      menu,
      before: neighbor(pages[i - 1]),
      after: neighbor(pages[i + 1]),
      sections: context.sections,
    });
  });
  written.push(...referencePages({ api, pages, rooms, renderer, highlight }));
  written.push({ ...galleryPage(root, { linkTo, reference }), sections: [] });
  const live = liveBuild(root);
  if (live !== undefined) cpSync(live, join(folder, 'live'), { recursive: true });
  written.push({ ...startPage({ linkTo, highlight, live: live !== undefined }), sections: [] });
  for (const page of written) write(page.url, layout(page));

  for (const [file, url] of extra) {
    if (url.startsWith('pictures/')) {
      write(url, readFileSync(root + file));
      continue;
    }
    const language = posix.extname(file).slice(1);
    const code = codeBlock(highlight, readFileSync(root + file, 'utf8').trimEnd(), language);
    const body = `<h1>${escapeHtml(posix.basename(file))}</h1>\n${code.replace(' data-runs', '')}`;
    const title = posix.basename(file);
    write(url, layout({ url, title, description: `The file ${file}.`, body, part: 'guide', menu }));
  }
  writeSearchIndex(written, (url, text) => write(url, text));
  write('assets/site.css', styles(root));
  write('assets/icon.svg', readFileSync(`${root}scripts/site/client/icon.svg`));
  writeFormulaFonts(root, write);
  await bundled;
  return {
    pages: written.length + [...extra.values()].filter((url) => url.endsWith('.html')).length,
  };
}

function neighbor(page: MenuLink | undefined): MenuLink | undefined {
  return page && { title: page.title, url: page.url };
}

/** The first paragraph of a page, for what searches on the web show. */
function description(markdown: string): string {
  const paragraph = /^(?![#|`!<\-$])\S[^\n]*(?:\n(?!\n)[^\n]+)*/m.exec(markdown)?.[0] ?? '';
  const text = paragraph.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*\n]+/g, ' ');
  return text.length > 160 ? `${text.slice(0, 157).trimEnd()}...` : text;
}

/** The built page of examples/browser, when somebody built it. */
function liveBuild(root: string): string | undefined {
  const folder = `${root}examples/browser/dist`;
  return existsSync(`${folder}/index.html`) ? folder : undefined;
}

function styles(root: string): string {
  return readFileSync(`${root}scripts/site/client/site.css`, 'utf8');
}

function writeFormulaFonts(
  root: string,
  write: (url: string, content: string | Uint8Array) => void,
): void {
  const folder = `${root}node_modules/katex/dist/`;
  const css = readFileSync(`${folder}katex.min.css`, 'utf8');
  // Every browser of the last ten years reads woff2: the other two forms of each font stay away.
  write('assets/katex.css', css.replaceAll(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, ''));
  for (const font of globSync('fonts/*.woff2', { cwd: folder })) {
    write(`assets/${font}`, readFileSync(folder + font));
  }
}
