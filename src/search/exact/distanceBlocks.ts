import type { Products } from './products.ts';
import type { QuerySpace, SearchSpace } from './searchSpace.ts';

/** The orders (see `SearchSpace`) of `count` queries, from query `first` on, and all references: [count, references]. */
export interface DistanceBlock {
  readonly first: number;
  readonly count: number;
  readonly distances: Float32Array;
}

/** Distances in a block: 32 MB, however many queries and references there are. */
const blockSize = 2 ** 23;

/**
 * The orders of all queries and all references in float32, within the query's `slack` of the exact ones, a block of
 * queries after the other. With `excludeSelf`, the order of query i and reference i is Infinity.
 *
 * The caller may write into a block until it asks for the next.
 */
export async function* distanceBlocks(
  space: SearchSpace,
  query: QuerySpace,
  products: Products,
  excludeSelf = false,
): AsyncGenerator<DistanceBlock, void, void> {
  const [queries] = query.rows.shape;
  const [references] = space.rows.shape;
  const rows = Math.max(1, Math.min(1024, Math.floor(blockSize / references)));
  for (let first = 0; first < queries; first += rows) {
    const count = Math.min(rows, queries - first);
    const distances = await products.of(query.rows, first, count);
    if (excludeSelf) {
      for (let i = 0; i < count; i++) distances[i * references + first + i] = Infinity;
    }
    yield { first, count, distances };
  }
}
