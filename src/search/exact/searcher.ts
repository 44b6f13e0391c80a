import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import type { Found } from './nearestAmong.ts';
import { createProducts, type Products } from './products.ts';
import { createRowSearch } from './rowSearch.ts';
import { createSearchSpace, type QuerySpace } from './searchSpace.ts';

/** Which references a search may find, and who is told how far it is. */
export interface FindOptions {
  excludeSelf?: boolean;
  /** Which references may be found: 1, or 0. Default: all. */
  allowed?: Uint8Array;
  onProgress?: (done: number, total: number) => void;
}

/** References that are made ready once, for many searches. They stay on the backend until `dispose`. */
export interface Searcher {
  /** Calls `visit` with the k nearest references of each query; fewer if fewer references may be found. */
  find(
    query: EmbeddingRows,
    k: number,
    visit: (q: number, found: readonly Found[]) => void,
    options?: FindOptions,
  ): Promise<void>;
  dispose(): void;
}

/** Queries that are answered in one pass over the references. */
const blockRows = 512;
/** Distances of whole rows that are there at a time: 32 MB. */
const wholeRows = 2 ** 23;

/** `where` is what errors name. */
export function createSearcher(
  where: string,
  reference: EmbeddingRows,
  distance: Distance,
): Searcher {
  const space = createSearchSpace(where, reference, distance);
  const products = createProducts(where, space);
  const { finish } = space;
  const among = { total: reference.shape[0], finish, products };
  return {
    find: (query, k, visit, options) => findNearest(among, space.prepare(query), k, visit, options),
    dispose: () => products.dispose(),
  };
}

/** `total` references, the orders of them all, and the distance that an order stands for. */
export interface SearchedRows {
  readonly total: number;
  readonly products: Pick<Products, 'tiles' | 'of'>;
  finish(order: number): number;
}

/** Calls `visit` with the k nearest references of each query. References at Infinity are not found. */
export async function findNearest(
  among: SearchedRows,
  query: QuerySpace,
  k: number,
  visit: (q: number, found: readonly Found[]) => void,
  { excludeSelf = false, allowed, onProgress }: FindOptions = {},
): Promise<void> {
  const { total, products } = among;
  const queries = query.rows.shape[0];
  const search = createRowSearch(among, query, Math.min(k, total), Math.min(blockRows, queries));
  for (let first = 0; first < queries; first += blockRows) {
    const count = Math.min(blockRows, queries - first);
    search.begin(first);
    const tiles = products.tiles(query.rows, first, count);
    for await (const { from, width, products: tile } of tiles) {
      for (let i = 0; i < count; i++) {
        const self = first + i - from;
        if (excludeSelf && self >= 0 && self < width) tile[i * width + self] = Infinity;
        if (allowed) keepOnly(allowed, tile, i * width, width, from);
        search.look(i, tile, i * width, width, from);
      }
    }
    const doubtful: number[] = [];
    for (let i = 0; i < count; i++) {
      const found = search.found(i);
      if (found) visit(first + i, found);
      else doubtful.push(i);
    }
    const rows = wholeRowsOf(
      products,
      query,
      total,
      doubtful.map((i) => first + i),
    );
    let at = 0;
    for await (const row of rows) {
      const i = doubtful[at++]!;
      if (excludeSelf) row[first + i] = Infinity;
      if (allowed) keepOnly(allowed, row, 0, total, 0);
      visit(first + i, search.foundIn(i, row));
    }
    onProgress?.(first + count, queries);
  }
}

/** The distances of some queries to all references, a row a query. */
async function* wholeRowsOf(
  products: Pick<Products, 'of'>,
  { rows: { data, shape } }: QuerySpace,
  total: number,
  queries: readonly number[],
): AsyncGenerator<Float32Array, void, void> {
  const dims = shape[1];
  const step = Math.max(1, Math.floor(wholeRows / total));
  for (let start = 0; start < queries.length; start += step) {
    const some = queries.slice(start, start + step);
    const gathered = new Float32Array(some.length * dims);
    some.forEach((q, i) => {
      gathered.set(data.subarray(q * dims, (q + 1) * dims), i * dims);
    });
    const block = await products.of({ data: gathered, shape: [some.length, dims] }, 0, some.length);
    for (let i = 0; i < some.length; i++) yield block.subarray(i * total, (i + 1) * total);
  }
}

function keepOnly(
  allowed: Uint8Array,
  row: Float32Array,
  start: number,
  count: number,
  from: number,
): void {
  for (let i = 0; i < count; i++) {
    if (allowed[from + i] === 0) row[start + i] = Infinity;
  }
}
