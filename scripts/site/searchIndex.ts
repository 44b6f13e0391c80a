import MiniSearch from 'minisearch';
import type { PageParts } from './layout.ts';
import type { Section } from './markdown.ts';
import { searchFields } from './searchFields.ts';

/** Writes the index as a script: unlike JSON it can be read by a page that was opened from a disk. */
export function writeSearchIndex(
  pages: readonly (PageParts & { readonly sections: readonly Section[] })[],
  write: (url: string, text: string) => void,
): void {
  const entries = pages.flatMap(({ url, title, part, sections }) =>
    sections.map(({ id, heading, text }) => ({
      url: id === '' || heading === title ? url : `${url}#${id}`,
      title,
      heading: heading === title ? '' : heading,
      text: text.trim().slice(0, 1500),
      part: part === 'reference' ? 'Reference' : 'Guide',
    })),
  );
  const index = new MiniSearch(searchFields);
  index.addAll(entries.map((entry, id) => ({ id, ...entry })));
  // A result shows the beginning of its text only.
  const stored = index.toJSON();
  for (const fields of Object.values(stored.storedFields) as { text: string }[]) {
    fields.text = fields.text.slice(0, 160);
  }
  write(
    'assets/search-index.js',
    `globalThis.searchIndex=${JSON.stringify(JSON.stringify(stored))};`,
  );
}
