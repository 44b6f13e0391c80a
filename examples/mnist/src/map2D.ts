import { setImmediate } from 'node:timers/promises';
import { createRandom, type EmbeddingRows, nearestNeighbors } from 'tfjs-metric-learning';
import { UMAP } from 'umap-js';

const neighbors = 15;

/**
 * Lays rows out in the plane by UMAP, neighbours near each other: x and y of each row in turn.
 *
 * The neighbours come from an exact search on the current backend, which is faster than UMAP's own.
 */
export async function map2D(
  rows: EmbeddingRows,
  seed: number,
  tell: (done: number, total: number) => void,
): Promise<Float32Array> {
  const [count] = rows.shape;
  const k = Math.min(neighbors, count) - 1;
  const found = await nearestNeighbors(rows, rows, k, { excludeSelf: true });
  const lists = Array.from({ length: count }, (_, i) => ({
    indices: [i, ...found.indices.subarray(i * k, (i + 1) * k)],
    distances: [0, ...found.distances.subarray(i * k, (i + 1) * k)].map(Math.sqrt),
  }));
  const umap = new UMAP({ nNeighbors: k + 1, minDist: 0.1, random: createRandom(seed).next });
  umap.setPrecomputedKNN(
    lists.map(({ indices }) => indices),
    lists.map(({ distances }) => distances),
  );
  const total = umap.initializeFit(lists.map(({ indices }) => [indices[0] as number]));
  for (let epoch = 1; epoch <= total; epoch++) {
    umap.step();
    tell(epoch, total);
    if (epoch % 10 === 0) await setImmediate(); // for Ctrl-C
  }
  return Float32Array.from(umap.getEmbedding().flat());
}
