import type { EmbeddingRows } from '../base/embeddings.ts';
import { distanceBlocks } from './distanceBlocks.ts';
import { createProducts } from './products.ts';
import { createRowSearch, type Found } from './rowSearch.ts';
import type { SearchDistance } from './searchDistance.ts';
import { createSearchSpace } from './searchSpace.ts';

interface FindOptions {
  excludeSelf?: boolean;
  /** Which references may be found: 1, or 0. Default: all. */
  allowed?: Uint8Array;
  onProgress?: (done: number, total: number) => void;
}

/** References made ready once, for many searches; they stay on the backend until `dispose`, after the last of them. */
export interface Searcher {
  /** Calls `visit` with the k nearest of each query in turn: fewer if no more may be found. */
  find(
    query: EmbeddingRows,
    k: number,
    visit: (q: number, found: readonly Found[]) => void,
    options?: FindOptions,
  ): Promise<void>;
  dispose(): void;
}

/** `where` is what errors name. */
export function createSearcher(
  where: string,
  reference: EmbeddingRows,
  distance: SearchDistance,
): Searcher {
  const space = createSearchSpace(where, reference, distance);
  const products = createProducts(space.rows);
  const width = reference.shape[0];

  return {
    async find(query, k, visit, { excludeSelf = false, allowed, onProgress } = {}) {
      const prepared = space.prepare(query);
      const search = createRowSearch(space, prepared, Math.min(k, width));
      for await (const block of distanceBlocks(space, prepared, products, excludeSelf)) {
        for (let i = 0; i < block.count; i++) {
          const row = block.distances.subarray(i * width, (i + 1) * width);
          if (allowed) keepOnly(allowed, row);
          visit(block.first + i, search(block.first + i, row));
        }
        onProgress?.(block.first + block.count, query.shape[0]);
      }
    },
    dispose: () => products.dispose(),
  };
}

function keepOnly(allowed: Uint8Array, row: Float32Array): void {
  for (let r = 0; r < row.length; r++) {
    if (allowed[r] === 0) row[r] = Infinity;
  }
}
