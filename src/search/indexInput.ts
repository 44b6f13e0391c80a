import { type EmbeddingRows, type Embeddings, readEmbeddings } from '../data/embeddings.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { checkItems } from './checkItems.ts';
import { placesById } from './indexState.ts';
import type { IndexItem } from './vectorIndex.ts';

/** What an index is given to keep. */
export interface IndexInput {
  readonly rows: Float32Array;
  readonly items: readonly IndexItem[];
}

/**
 * Embeddings for an index as plain numbers.
 *
 * @throws MetricLearningError if they are not finite or not `dims` wide.
 */
export async function readIndexRows(
  where: string,
  embeddings: Embeddings,
  dims: number,
): Promise<EmbeddingRows> {
  const rows = await readEmbeddings(where, 'embeddings', embeddings);
  if (rows.shape[1] !== dims) {
    throw new MetricLearningError({
      where,
      expected: `embeddings of the index's width (${dims})`,
      got: `shape [${rows.shape}]`,
    });
  }
  return rows;
}

/**
 * Embeddings and their items.
 *
 * @throws MetricLearningError as `readIndexRows`, if there is not one item per embedding, ids are not unique, or JSON
 * cannot hold a label or metadata.
 */
export async function readIndexInput(
  where: string,
  embeddings: Embeddings,
  items: readonly IndexItem[],
  dims: number,
): Promise<IndexInput> {
  const { data, shape } = await readIndexRows(where, embeddings, dims);
  if (!Array.isArray(items)) {
    throw new MetricLearningError({
      where,
      expected: `items to be an array of { id, label, metadata }, one per embedding (${shape[0]})`,
      got: show(items),
    });
  }
  if (items.length !== shape[0]) {
    throw new MetricLearningError({
      where,
      expected: `one item per embedding (${shape[0]})`,
      got: `${items.length}`,
    });
  }
  placesById(where, items);
  checkItems(where, items);
  return { rows: data, items };
}

/** The error of `add` for an id that the index holds already. */
export function knownId(where: string, id: string): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'ids that the index does not have',
    got: JSON.stringify(id),
    fix: 'Use upsert to replace items.',
  });
}
