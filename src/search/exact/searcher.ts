import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance } from '../../distances/distance.ts';
import type { Found } from './nearestAmong.ts';
import { createProducts, type Products } from './products.ts';
import { createRowSearch, placesOf, type RowSearch } from './rowSearch.ts';
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
    find(query, k, visit, options) {
      const itself = query.data === reference.data && query.shape[0] === reference.shape[0];
      const find =
        itself && space.symmetric && mayFindAmongItself(among, k) ? findAmongItself : findNearest;
      return find(among, space.prepare(query), k, visit, options);
    },
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
    await settle(among, query, search, { first, count, at: 0 }, visit, { excludeSelf, allowed });
    onProgress?.(first + count, queries);
  }
}

/** Places among the nearest of all rows that are kept at a time: 96 MB of distances and indices. */
const mostPlaces = 12e6;

function mayFindAmongItself({ total }: SearchedRows, k: number): boolean {
  return total > blockRows && total * placesOf(k, total) <= mostPlaces;
}

/**
 * Does what `findNearest` does where the references themselves are the queries, with half of the products: each serves
 * both of its rows.
 */
async function findAmongItself(
  among: SearchedRows,
  query: QuerySpace,
  k: number,
  visit: (q: number, found: readonly Found[]) => void,
  { excludeSelf = false, allowed, onProgress }: FindOptions = {},
): Promise<void> {
  const { total, products } = among;
  const search = createRowSearch(among, query, Math.min(k, total), total);
  search.begin(0);
  for (let first = 0; first < total; first += blockRows) {
    const count = Math.min(blockRows, total - first);
    const end = first + count;
    for await (const tile of products.tiles(query.rows, first, count, first)) {
      const { from, width, products: orders } = tile;
      // What is left of the block was shown to its rows before.
      const left = Math.max(0, first - from);
      const later = Math.min(width, Math.max(0, end - from));
      for (let i = 0; i < count; i++) {
        const [row, self] = [i * width, first + i - from];
        if (allowed?.[first + i] !== 0) {
          search.lookEach(from + later, orders, row + later, width - later, first + i);
        }
        if (excludeSelf && self >= 0 && self < width) orders[row + self] = Infinity;
        if (allowed) keepOnly(allowed, orders, row, width, from);
        search.look(first + i, orders, row + left, width - left, from + left);
      }
    }
    await settle(among, query, search, { first, count, at: first }, visit, {
      excludeSelf,
      allowed,
    });
    onProgress?.(end, total);
  }
}

/** Visits what was found for a block of queries, of which the first is the `at`-th of the search. */
async function settle(
  { total, products }: SearchedRows,
  query: QuerySpace,
  search: RowSearch,
  { first, count, at }: { readonly first: number; readonly count: number; readonly at: number },
  visit: (q: number, found: readonly Found[]) => void,
  {
    excludeSelf,
    allowed,
  }: { readonly excludeSelf: boolean; readonly allowed: FindOptions['allowed'] | undefined },
): Promise<void> {
  const doubtful: number[] = [];
  for (let i = 0; i < count; i++) {
    const found = search.found(at + i);
    if (found) visit(first + i, found);
    else doubtful.push(i);
  }
  const rows = wholeRowsOf(
    products,
    query,
    total,
    doubtful.map((i) => first + i),
  );
  let next = 0;
  for await (const row of rows) {
    const i = doubtful[next++]!;
    if (excludeSelf) row[first + i] = Infinity;
    if (allowed) keepOnly(allowed, row, 0, total, 0);
    visit(first + i, search.foundIn(at + i, row));
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
