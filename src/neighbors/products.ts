import { getBackend, matMul, ready, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../base/embeddings.ts';
import { dotProducts } from './dotProducts.ts';

/** The dot products of queries with one set of references, which stay on the backend until `dispose`. */
export interface Products {
  /** [count, references], for the queries from `first` on; the array is the caller's. */
  of(query: EmbeddingRows, first: number, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** On the current backend, where the references are put at the first use. */
export function createProducts(reference: EmbeddingRows): Products {
  const [rows, dims] = reference.shape;
  let references: Tensor2D | undefined;
  return {
    async of(query, first, count) {
      await ready();
      if (getBackend() === 'cpu') {
        return dotProducts(query.data, first, count, reference.data, dims);
      }
      references ??= tensor2d(transposed(reference), [dims, rows]);
      const some = query.data.subarray(first * dims, (first + count) * dims);
      const queries = tensor2d(some, [count, dims]);
      const products = matMul(queries, references);
      try {
        return (await products.data()) as Float32Array;
      } finally {
        queries.dispose();
        products.dispose();
      }
    },
    dispose() {
      references?.dispose();
      references = undefined;
    },
  };
}

/** A product with this one need not be brought into another order each time. */
function transposed({ data, shape: [count, dims] }: EmbeddingRows): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k < dims; k++, at++) result[k * count + i] = data[at] as number;
  }
  return result;
}
