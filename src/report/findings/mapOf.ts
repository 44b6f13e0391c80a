import type { EmbeddingMap } from '../../charts/mapPoints.ts';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { pca } from '../../projection/pca.ts';
import { tsne } from '../../projection/tsne.ts';
import { umap } from '../../projection/umap.ts';

/** The method that lays embeddings out in the plane. */
export type MapKind = 'pca' | 'tsne' | 'umap';

export interface MapSettings {
  readonly kind: MapKind;
  readonly distance: Distance;
  readonly seed: number;
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/** A map of rows. `what` names the rows in the note of the map, where they need a name. */
export async function mapOf(
  name: string,
  what: string,
  rows: EmbeddingRows,
  { kind, distance, seed, onProgress, signal }: MapSettings,
): Promise<EmbeddingMap> {
  const shared = { seed, onProgress, ...(signal && { signal }) };
  if (kind === 'pca' || rows.shape[1] < 2) {
    const { points, explained } = await pca(atLeastTwo(rows), { seed });
    const share = 100 * (explained[0]! + explained[1]!);
    return { name, points, note: noted(what, `PCA: ${share.toFixed(0)} % of the variance`) };
  }
  if (kind === 'tsne') {
    const { points } = await tsne(rows, shared);
    return { name, points, note: noted(what, 't-SNE') };
  }
  const { points } = await umap(rows, { ...shared, distance });
  return { name, points, note: noted(what, 'UMAP') };
}

function noted(what: string, how: string): string {
  return what === '' ? how : `${what}, ${how}`;
}

/** Rows with at least two columns: a single column gets a second one of zeros. */
function atLeastTwo(rows: EmbeddingRows): EmbeddingRows {
  const [count, dims] = rows.shape;
  if (dims > 1) return rows;
  const data = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) data[2 * i] = rows.data[i]!;
  return { data, shape: [count, 2] };
}
