import { getBackend, matMul, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../base/embeddings.ts';
import { dotProducts } from './dotProducts.ts';
import type { SearchSpace } from './searchSpace.ts';

/** The distances of `count` queries, from query `first` on, to all references: [count, references]. */
export interface DistanceBlock {
  readonly first: number;
  readonly count: number;
  readonly distances: Float32Array;
}

/** Distances in a block: 32 MB, however many queries and references there are. */
const blockSize = 2 ** 23;

/**
 * The distances of all queries to all references in float32, within the space's `slack` of the exact ones, a block of
 * queries after the other. With `excludeSelf`, query i is Infinity from reference i.
 *
 * The block is the caller's to write into, until it asks for the next.
 */
export async function* distanceBlocks(
  space: SearchSpace,
  excludeSelf = false,
): AsyncGenerator<DistanceBlock, void, void> {
  const [queries] = space.query.shape;
  const [references] = space.reference.shape;
  const products = createProducts(space.query, space.reference);
  try {
    const rows = Math.max(1, Math.min(1024, Math.floor(blockSize / references)));
    for (let first = 0; first < queries; first += rows) {
      const count = Math.min(rows, queries - first);
      const distances = await products.of(first, count);
      toDistances(space, first, distances);
      if (excludeSelf) {
        for (let i = 0; i < count; i++) distances[i * references + first + i] = Infinity;
      }
      yield { first, count, distances };
    }
  } finally {
    products.dispose();
  }
}

/** From dot products to distances, in place; rounding can make one negative that is not. */
function toDistances(space: SearchSpace, first: number, products: Float32Array): void {
  const { scale, offset, bias, least } = space;
  for (let at = 0, q = first; at < products.length; q++) {
    const own = offset[q] as number;
    for (let r = 0; r < bias.length; r++, at++) {
      const distance = own + (bias[r] as number) - scale * (products[at] as number);
      products[at] = Math.max(distance, least);
    }
  }
}

interface Products {
  of(first: number, count: number): Promise<Float32Array>;
  dispose(): void;
}

function createProducts(query: EmbeddingRows, reference: EmbeddingRows): Products {
  const dims = query.shape[1];
  if (getBackend() === 'cpu') {
    return {
      of: async (first, count) => dotProducts(query.data, first, count, reference.data, dims),
      dispose() {},
    };
  }
  const references = tensor2d(reference.data, [reference.shape[0], dims]);
  return {
    async of(first, count) {
      const rows = query.data.subarray(first * dims, (first + count) * dims);
      const queries = tensor2d(rows, [count, dims]);
      const products: Tensor2D = matMul(queries, references, false, true);
      try {
        return (await products.data()) as Float32Array;
      } finally {
        queries.dispose();
        products.dispose();
      }
    },
    dispose: () => references.dispose(),
  };
}
