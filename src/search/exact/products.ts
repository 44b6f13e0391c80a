import { dispose, getBackend, matMul, ready, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import { dotProducts } from './dotProducts.ts';

/** The dot products of some queries with `width` references, from reference `from` on: [queries, width]. */
interface ProductTile {
  readonly from: number;
  readonly width: number;
  readonly products: Float32Array;
}

/** The dot products of queries with one set of references, which stay on the backend until `dispose`. */
export interface Products {
  /** Those of `count` queries, from query `first` on, a tile after the other, each the caller's until the next. */
  tiles(
    query: EmbeddingRows,
    first: number,
    count: number,
  ): AsyncGenerator<ProductTile, void, void>;
  /** All of them: [count, references]; the array is the caller's. */
  of(query: EmbeddingRows, first: number, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** References in a tile: with a few hundred queries the product stays in the processor's cache. */
const tileWidth = 2048;

/** On the current backend, where the references are put at the first use. */
export function createProducts(reference: EmbeddingRows): Products {
  const [rows, dims] = reference.shape;
  const parts: Tensor2D[] = [];
  let whole: Tensor2D | undefined;

  async function* tiles(
    query: EmbeddingRows,
    first: number,
    count: number,
  ): AsyncGenerator<ProductTile, void, void> {
    await ready();
    const some = query.data.subarray(first * dims, (first + count) * dims);
    const queries = getBackend() === 'cpu' ? undefined : tensor2d(some, [count, dims]);
    try {
      for (let from = 0; from < rows; from += tileWidth) {
        const width = Math.min(tileWidth, rows - from);
        const part = reference.data.subarray(from * dims, (from + width) * dims);
        if (!queries) {
          yield { from, width, products: dotProducts(some, 0, count, part, dims) };
          continue;
        }
        const at = from / tileWidth;
        parts[at] ??= tensor2d(transposed(part, width, dims), [dims, width]);
        const product = matMul(queries, parts[at]);
        try {
          yield { from, width, products: (await product.data()) as Float32Array };
        } finally {
          product.dispose();
        }
      }
    } finally {
      queries?.dispose();
    }
  }

  return {
    tiles,
    async of(query, first, count) {
      await ready();
      const some = query.data.subarray(first * dims, (first + count) * dims);
      if (getBackend() === 'cpu') return dotProducts(some, 0, count, reference.data, dims);
      whole ??= tensor2d(transposed(reference.data, rows, dims), [dims, rows]);
      const queries = tensor2d(some, [count, dims]);
      const product = matMul(queries, whole);
      try {
        return (await product.data()) as Float32Array;
      } finally {
        queries.dispose();
        product.dispose();
      }
    },
    dispose() {
      dispose(parts);
      whole?.dispose();
      parts.length = 0;
      whole = undefined;
    },
  };
}

/** A product with this one need not be brought into another order each time. */
function transposed(data: Float32Array, count: number, dims: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k < dims; k++, at++) result[k * count + i] = data[at] as number;
  }
  return result;
}
