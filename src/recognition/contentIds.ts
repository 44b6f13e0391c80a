import type { EmbeddingRows } from '../data/embeddings.ts';
import { sha256, toHex } from '../internal/sha256.ts';
import type { ItemLabel } from '../search/vectorIndex.ts';

/**
 * An id for each embedding of a label, made of their numbers: the same embedding gets the same id. `distinct` has the
 * first embedding of each id.
 */
export async function contentIds(
  label: ItemLabel,
  { data, shape: [count, dims] }: EmbeddingRows,
): Promise<{ ids: string[]; distinct: EmbeddingRows }> {
  const ids: string[] = [];
  const first = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const row = data.slice(i * dims, (i + 1) * dims);
    const hash = await sha256(new Uint8Array(row.buffer));
    const id = `${JSON.stringify(label)} ${toHex(hash.subarray(0, 8))}`;
    ids.push(id);
    if (!first.has(id)) first.set(id, i);
  }
  const distinct = new Float32Array(first.size * dims);
  [...first.values()].forEach((row, i) => {
    distinct.set(data.subarray(row * dims, (row + 1) * dims), i * dims);
  });
  return { ids, distinct: { data: distinct, shape: [first.size, dims] } };
}
