import MiniSearch, { type SearchResult } from 'minisearch';
import { searchFields } from '../searchFields.ts';

declare global {
  /** What assets/search-index.js leaves behind. */
  var searchIndex: string | undefined;
}

const root = document.documentElement.dataset['root'] ?? '';
let index: Promise<MiniSearch> | undefined;

/** The index comes with the first search, as a script: a page that was opened from a disk can read it too. */
function loadIndex(): Promise<MiniSearch> {
  index ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = `${root}assets/search-index.js`;
    script.addEventListener('load', () =>
      resolve(MiniSearch.loadJSON(globalThis.searchIndex ?? '', searchFields)),
    );
    script.addEventListener('error', () => reject(new Error('The search index cannot be loaded')));
    document.head.append(script);
  });
  return index;
}

export function startSearch(): void {
  const button = document.querySelector<HTMLButtonElement>('#search-button');
  if (button === null) return;
  let dialog: HTMLDialogElement | undefined;
  const open = (): void => {
    dialog ??= createDialog();
    dialog.showModal();
    dialog.querySelector('input')?.select();
  };
  button.addEventListener('click', open);
  document.addEventListener('keydown', (event) => {
    const typing =
      event.target instanceof Element &&
      event.target.closest('input, textarea, [contenteditable=true]');
    const wanted =
      (event.key === 'k' && (event.ctrlKey || event.metaKey)) || (event.key === '/' && !typing);
    if (!wanted || dialog?.open) return;
    event.preventDefault();
    open();
  });
}

function createDialog(): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  dialog.className = 'search';
  dialog.ariaLabel = 'Search';
  dialog.innerHTML =
    '<form method="dialog"><input type="search" role="combobox" aria-expanded="true" aria-controls="found" aria-autocomplete="list" aria-label="Search the documentation" placeholder="Search names, options, words" autocomplete="off" spellcheck="false"><button>Close</button></form><ul id="found" role="listbox" aria-label="Results"></ul><p class="count" role="status"></p>';
  document.body.append(dialog);
  const field = dialog.querySelector('input')!;
  const list = dialog.querySelector('ul')!;
  const count = dialog.querySelector('p')!;
  let marked = 0;

  const options = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>('[role=option]')];
  const mark = (i: number): void => {
    const all = options();
    marked = Math.max(0, Math.min(i, all.length - 1));
    all.forEach((each, at) => {
      each.ariaSelected = String(at === marked);
    });
    all[marked]?.scrollIntoView({ block: 'nearest' });
    field.setAttribute('aria-activedescendant', all[marked]?.id ?? '');
  };
  field.addEventListener('input', async () => {
    const text = field.value.trim();
    try {
      const found = text === '' ? [] : await find(text);
      if (field.value.trim() !== text) return; // another letter came meanwhile
      list.replaceChildren(...found.map(resultItem));
      count.textContent =
        text === ''
          ? ''
          : found.length === 0
            ? `Nothing about “${text}”`
            : `${found.length} results`;
      mark(0);
    } catch (error) {
      count.textContent = String(error);
    }
  });
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      mark(marked + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && event.target === field) {
      event.preventDefault();
      options()[marked]?.querySelector('a')?.click();
    }
  });
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || (target instanceof Element && target.closest('a'))) dialog.close();
  });
  return dialog;
}

async function find(text: string): Promise<SearchResult[]> {
  const search = await loadIndex();
  const options = {
    prefix: true,
    fuzzy: (term: string) => (term.length > 4 ? 0.2 : false),
    boost: { title: 4, heading: 2 },
    boostDocument: (_: unknown, __: string, stored: Record<string, unknown> | undefined) =>
      String(stored?.['title']).toLowerCase() === text.toLowerCase() ? 3 : 1,
  };
  const all = search.search(text, { ...options, combineWith: 'AND' });
  return (all.length > 0 ? all : search.search(text, options)).slice(0, 30);
}

function resultItem(result: SearchResult, i: number): HTMLLIElement {
  const item = document.createElement('li');
  item.id = `found-${i}`;
  item.role = 'option';
  const link = document.createElement('a');
  link.href = `${root}${result['url']}`;
  link.tabIndex = -1;
  const title = document.createElement('strong');
  title.textContent = result['heading']
    ? `${result['title']} › ${result['heading']}`
    : result['title'];
  const part = document.createElement('small');
  part.textContent = result['part'];
  const text = document.createElement('span');
  text.textContent = result['text'];
  link.append(title, part, text);
  item.append(link);
  return item;
}
