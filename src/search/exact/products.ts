import {
  dispose,
  getBackend,
  matMul,
  ready,
  slice,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { distanceCode } from '../../distances/distanceFromConfig.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkBackend } from '../../internal/checkBackend.ts';
import { dotProducts } from './dotProducts.ts';
import type { SearchSpace } from './searchSpace.ts';

/** The orders (see `SearchSpace`) of some queries and `width` references, from reference `from` on: [queries, width]. */
export interface ProductTile {
  readonly from: number;
  readonly width: number;
  readonly products: Float32Array;
}

/** The orders of queries and one set of references, which stay on the backend until `dispose`. */
export interface Products {
  /**
   * Those of `count` queries, from query `first` on, a tile after the other, each the caller's until the next. The first
   * tile is the one that reference `start` is in, 0 by default.
   */
  tiles(
    query: EmbeddingRows,
    first: number,
    count: number,
    start?: number,
  ): AsyncGenerator<ProductTile, void, void>;
  /** All of them: [count, references]; the array is the caller's. */
  of(query: EmbeddingRows, first: number, count: number): Promise<Float32Array>;
  dispose(): void;
}

/** References in a tile: with a few hundred queries the product stays in the processor's cache. */
export const tileWidth = 2048;

/** On the current backend, where the references are put at the first use. `where` is what errors name. */
export function createProducts(where: string, space: SearchSpace): Products {
  checkBackend(where);
  return space.matrix
    ? createMatrices(where, space.rows, space.matrix)
    : createDotProducts(space.rows);
}

function createDotProducts(reference: EmbeddingRows): Products {
  const [rows, dims] = reference.shape;
  const parts: Tensor2D[] = [];
  let whole: Tensor2D | undefined;

  async function* tiles(
    query: EmbeddingRows,
    first: number,
    count: number,
    start = 0,
  ): AsyncGenerator<ProductTile, void, void> {
    await ready();
    const some = query.data.subarray(first * dims, (first + count) * dims);
    const queries = getBackend() === 'cpu' ? undefined : tensor2d(some, [count, dims]);
    try {
      for (let from = start - (start % tileWidth); from < rows; from += tileWidth) {
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
export function transposed(data: Float32Array, count: number, dims: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let i = 0, at = 0; i < count; i++) {
    for (let k = 0; k < dims; k++, at++) result[k * count + i] = data[at]!;
  }
  return result;
}

/** Numbers in a block of a distance's matrix times dims: what the matrix needs to compute the block stays near 64 MB. */
const blockValues = 2 ** 24;

/** The values of `distance.matrix`, negated for similarities. */
function createMatrices(where: string, reference: EmbeddingRows, distance: Distance): Products {
  const [rows, dims] = reference.shape;
  let references: Tensor2D | undefined;

  async function* tiles(
    query: EmbeddingRows,
    first: number,
    count: number,
    start = 0,
  ): AsyncGenerator<ProductTile, void, void> {
    await ready();
    references ??= tensor2d(reference.data, [rows, dims]);
    for (let from = start - (start % tileWidth); from < rows; from += tileWidth) {
      const width = Math.min(tileWidth, rows - from);
      const part = slice(references, [from, 0], [width, dims]);
      try {
        const products = await matrixBlock(where, distance, query, first, count, part);
        yield { from, width, products };
      } finally {
        part.dispose();
      }
    }
  }

  return {
    tiles,
    of: (query, first, count) => wholeBlock(tiles(query, first, count), count, rows),
    dispose() {
      references?.dispose();
      references = undefined;
    },
  };
}

/** The values of `distance.matrix` for some queries and the rows of a tensor, as a search reports them. */
export async function matrixBlock(
  where: string,
  distance: Distance,
  query: EmbeddingRows,
  first: number,
  count: number,
  references: Tensor2D,
): Promise<Float32Array> {
  const [width, dims] = references.shape;
  const step = Math.max(1, Math.floor(blockValues / width / dims));
  const products = new Float32Array(count * width);
  for (let start = 0; start < count; start += step) {
    const some = Math.min(step, count - start);
    const at = (first + start) * dims;
    const values = tidy(() => {
      const queries = tensor2d(query.data.subarray(at, at + some * dims), [some, dims]);
      return distance.matrix(queries, references);
    });
    try {
      const block = checked(where, distance, (await values.data()) as Float32Array);
      products.set(block, start * width);
    } finally {
      values.dispose();
    }
  }
  return products;
}

/** The orders of all tiles in one array: [count, total]. */
export async function wholeBlock(
  tiles: AsyncIterable<ProductTile>,
  count: number,
  total: number,
): Promise<Float32Array> {
  const all = new Float32Array(count * total);
  for await (const { from, width, products } of tiles) {
    for (let i = 0; i < count; i++) {
      all.set(products.subarray(i * width, (i + 1) * width), i * total + from);
    }
  }
  return all;
}

/** The values as a search reports them. @throws MetricLearningError if one is not finite. */
export function checked(where: string, distance: Distance, values: Float32Array): Float32Array {
  const result = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      throw new MetricLearningError({
        where,
        expected: `${distanceCode(distance)} to be finite for all rows`,
        got: `${value}`,
      });
    }
    result[i] = distance.inverted ? 0 - value : value;
  }
  return result;
}
