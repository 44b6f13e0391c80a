import { getBackend, matMul, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import { dotProducts } from './dotProducts.ts';
import { matrixBlock, type ProductTile, transposed } from './products.ts';
import type { FramedRows, SearchFrame } from './searchFrame.ts';

/** The slots from `from` on, and their vectors; slots in use may be added at the end. */
export interface TileRows {
  readonly from: number;
  readonly dims: number;
  rows(): Float32Array;
}

/** The items of a few slots side by side, as searches need them. */
export interface ItemTile {
  /** The slot of this column has another vector than before. */
  put(column: number): void;
  /** The slot of this column is empty now. */
  remove(column: number): void;
  /** The orders of `count` queries, from query `first` on, in one part or two. Empty slots are at Infinity. */
  products(
    query: EmbeddingRows,
    first: number,
    count: number,
  ): AsyncGenerator<ProductTile, void, void>;
  dispose(): void;
}

/** A tile whose rows are brought into a frame before a search. */
export interface FramedTile extends ItemTile {
  /** Brings what changed into the frame; `visit` gets the rows of the frame. */
  place(frame: SearchFrame, visit: (framed: FramedRows) => void): void;
  /** Forgets the frame: all rows have to be brought into another. */
  reset(): void;
}

/** Columns whose products are computed one by one: beyond that, their tile is made anew. */
const mostStale = 256;
/** Making a column with its tile costs as much as so many of its products one by one. */
const worthAColumn = 10;

/**
 * A tile for a distance that products compute. One tensor answers many queries, but a backend cannot change a few of its
 * columns. So the products of columns that changed since are computed one by one, until that costs more than a new
 * tensor.
 */
export function createFramedTile({ from, dims, rows }: TileRows): FramedTile {
  /** The columns of the frame: a tensor [width, columns], or on the backend `cpu` rows [columns, width]. */
  let made: Tensor2D | Float32Array | undefined;
  let madeFor = '';
  let columns = 0;
  let work = 0;
  let all = true; // whether no row is in the frame
  const stale = new Map<number, Float32Array | undefined>(); // with their rows of the frame
  const empty = new Set<number>();

  const used = (): number => rows().length / dims;
  const part = (start: number, end: number): EmbeddingRows => ({
    data: rows().subarray(start * dims, end * dims),
    shape: [end - start, dims],
  });
  const drop = (): void => {
    if (made && !(made instanceof Float32Array)) made.dispose();
    made = undefined;
    [columns, work] = [0, 0];
  };
  const reset = (): void => {
    drop();
    all = true;
  };
  const make = ({ data, shape: [count, width] }: EmbeddingRows): void => {
    drop();
    madeFor = getBackend();
    made = madeFor === 'cpu' ? data : tensor2d(transposed(data, count, width), [width, count]);
    columns = count;
  };
  const block = async (some: Float32Array, count: number, width: number): Promise<Float32Array> => {
    if (made instanceof Float32Array) return dotProducts(some, 0, count, made, width);
    const queries = tensor2d(some, [count, width]);
    const product = matMul(queries, made as Tensor2D);
    try {
      return (await product.data()) as Float32Array;
    } finally {
      queries.dispose();
      product.dispose();
    }
  };

  return {
    put(column) {
      stale.set(column, undefined);
      empty.delete(column);
    },
    remove(column) {
      empty.add(column);
    },
    place(frame, visit) {
      if (columns > 0 && madeFor !== getBackend()) reset();
      if (all || stale.size > mostStale || work > worthAColumn * used()) {
        all = false;
        stale.clear();
        const framed = frame.place(part(0, used()));
        make(framed.rows);
        visit(framed);
        return;
      }
      for (const [column, row] of stale) {
        if (row) continue;
        const framed = frame.place(part(column, column + 1));
        stale.set(column, framed.rows.data);
        visit(framed);
      }
    },
    reset,
    async *products(query, first, count) {
      const width = query.shape[1];
      const some = query.data.subarray(first * width, (first + count) * width);
      work += stale.size * count;
      if (columns > 0) {
        const products = await block(some, count, width);
        for (const [column, row] of stale) {
          if (column >= columns) continue;
          const own = dotProducts(some, 0, count, row!, width);
          for (let i = 0; i < count; i++) products[i * columns + column] = own[i]!;
        }
        yield withoutEmpty({ from, width: columns, products }, 0);
      }
      const late = used() - columns;
      if (late === 0) return;
      const gathered = new Float32Array(late * width);
      for (let i = 0; i < late; i++) gathered.set(stale.get(columns + i)!, i * width);
      const products = dotProducts(some, 0, count, gathered, width);
      yield withoutEmpty({ from: from + columns, width: late, products }, columns);
    },
    dispose: drop,
  };

  function withoutEmpty(tile: ProductTile, firstColumn: number): ProductTile {
    const { width, products } = tile;
    for (const column of empty) {
      const at = column - firstColumn;
      if (at < 0 || at >= width) continue;
      for (let i = at; i < products.length; i += width) products[i] = Infinity;
    }
    return tile;
  }
}

/** A tile for any other distance: its `matrix` measures the vectors as they are. */
export function createMatrixTile(
  where: string,
  distance: Distance,
  { from, dims, rows }: TileRows,
): ItemTile {
  let tensor: Tensor2D | undefined;
  const empty = new Set<number>();
  const drop = (): void => {
    tensor?.dispose();
    tensor = undefined;
  };
  return {
    put(column) {
      drop();
      empty.delete(column);
    },
    remove(column) {
      empty.add(column);
    },
    async *products(query, first, count) {
      const width = rows().length / dims;
      tensor ??= tensor2d(rows(), [width, dims]);
      const products = await matrixBlock(where, distance, query, first, count, tensor);
      for (const column of empty) {
        for (let i = column; i < products.length; i += width) products[i] = Infinity;
      }
      yield { from, width, products };
    },
    dispose: drop,
  };
}
