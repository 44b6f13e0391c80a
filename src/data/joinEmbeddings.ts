import type { EmbeddingRows } from './embeddings.ts';

/** Embeddings of one width, one part after the other; a single part as it is. */
export function joinEmbeddings(parts: readonly EmbeddingRows[]): EmbeddingRows {
  const [first] = parts as [EmbeddingRows];
  if (parts.length === 1) return first;
  const dims = first.shape[1];
  const count = parts.reduce((sum, { shape }) => sum + shape[0], 0);
  const data = new Float32Array(count * dims);
  let at = 0;
  for (const part of parts) {
    data.set(part.data, at);
    at += part.data.length;
  }
  return { data, shape: [count, dims] };
}
