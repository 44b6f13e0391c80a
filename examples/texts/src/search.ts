import { createInterface } from 'node:readline/promises';
import { createIndex, type Embedder } from 'tfjs-metric-learning';
import type { LabelledText } from './packagesFile.ts';

/** Finds the texts that are nearest to a query. */
export type Search = (query: string) => Promise<string>;

const hits = 5;

/** A search over texts whose embeddings are known. */
export async function createSearch(
  model: Embedder<string[]>,
  texts: readonly LabelledText[],
  embeddings: Parameters<ReturnType<typeof createIndex>['add']>[0],
): Promise<Search> {
  const index = createIndex({ model });
  await index.add(
    embeddings,
    texts.map(({ name, section }) => ({ id: name, label: section })),
  );
  const byName = new Map(texts.map((one) => [one.name, one]));
  return async (query) => {
    const embedded = await model.embed([query]);
    const rows = embedded as Parameters<typeof index.search>[0];
    const [found = []] = await index.search(rows, hits);
    return found
      .map(({ id, label, distance }) => {
        const text = byName.get(String(id))?.text ?? '';
        return `  ${distance.toFixed(3)}  ${`${label}`.padEnd(12)} ${id}: ${text}`;
      })
      .join('\n');
  };
}

/** Asks for queries on the terminal until an empty line. */
export async function prompt(search: Search): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const query = (await terminal.question('\nSearch for (empty to end): ')).trim();
      if (query === '') return;
      console.log(await search(query));
    }
  } finally {
    terminal.close();
  }
}
