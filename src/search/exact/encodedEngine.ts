import { getBackend, matMul, ready, tensor2d } from '@tensorflow/tfjs-core';
import type { EmbeddingRows } from '../../data/embeddings.ts';
import type { Distance, SearchMetric } from '../../distances/distance.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import { dotProducts } from './dotProducts.ts';
import type { EncodedRows } from './encodedRows.ts';
import { distanceOfOrder, lengthsOf, type RowLength } from './exactDistance.ts';
import { isFew, measureFew } from './exactEngine.ts';
import type { ItemStore } from './itemStore.ts';
import type { SearchEngine } from './memoryIndex.ts';
import type { Found } from './nearestAmong.ts';
import { candidatesOf, type ReadOriginals, rankByOriginals } from './originals.ts';
import { matrixBlock, type ProductTile, tileWidth, wholeBlock } from './products.ts';
import { squaredNorms } from './rows.ts';
import { findNearest, type SearchedRows } from './searcher.ts';
import { strayOf, toUnit } from './searchFrame.ts';
import { matrixQuery, type QuerySpace } from './searchSpace.ts';
import { slotOrder } from './slotOrder.ts';

/** Gives the orders of queries and the slots of a tile: [count, width]. */
type TileOrders = (
  tile: number,
  width: number,
  query: EmbeddingRows,
  first: number,
  count: number,
) => Promise<Float32Array>;

/**
 * Measures all items, whose vectors are codes. A search decodes a tile after the other and forgets it, so that it needs
 * the memory of one. It ranks the candidates by the distances of the decoded vectors in float64, or of their originals where
 * these are given.
 */
export function createEncodedEngine(
  store: ItemStore,
  rows: EncodedRows,
  distance: Distance,
  originals?: ReadOriginals,
): SearchEngine {
  const { search } = distance;
  const finish = search ? distanceOfOrder(search) : (order: number): number => order;
  const tileData = new Float32Array(tileWidth * store.dims);

  const findByCodes: SearchEngine['find'] = async (query, k, visit, selection) => {
    await ready();
    if (search && selection && isFew(selection, store)) {
      await measureFew(store, search, query, k, selection, visit);
      return;
    }
    const { space, orders } = search
      ? productOrders(store, rows, search, query, tileData)
      : matrixOrders(store, distance, query);
    const allowed = selection?.marks();
    const products = productsOf(store, allowed, orders);
    await findNearest({ total: store.slots, finish, products }, space, k, visit, {
      ...(allowed && { allowed }),
    });
  };
  const findByOriginals: SearchEngine['find'] = async (query, k, visit, selection) => {
    const candidates: (readonly Found[])[] = [];
    const note = (q: number, found: readonly Found[]): void => {
      candidates[q] = found;
    };
    await findByCodes(query, candidatesOf(k), note, selection);
    await rankByOriginals({ store, rows, distance }, originals!, query, candidates, k, visit);
  };

  return {
    put: async () => undefined,
    remove: async () => undefined,
    pack: () => undefined,
    find: originals ? findByOriginals : findByCodes,
    dispose: () => undefined,
  };
}

/** The orders by a tile after the other, but those without an allowed slot. Waiting events run between them. */
function productsOf(
  store: ItemStore,
  allowed: Uint8Array | undefined,
  orders: TileOrders,
): SearchedRows['products'] {
  const products: SearchedRows['products'] = {
    async *tiles(query, first, count): AsyncGenerator<ProductTile, void, void> {
      for (let from = 0; from < store.slots; from += tileWidth) {
        const width = Math.min(tileWidth, store.slots - from);
        if (allowed && !allowed.subarray(from, from + width).includes(1)) continue;
        yield { from, width, products: await orders(from / tileWidth, width, query, first, count) };
        if ((from / tileWidth) % 16 === 15) await yieldToEvents();
      }
    },
    of: (query, first, count) =>
      wholeBlock(products.tiles(query, first, count), count, store.slots),
  };
  return products;
}

/**
 * Orders from the products of queries and codes. With x = scale * code: |x - y|^2 = |x|^2 + |y|^2 - 2 scale (code . y), and
 * of unit vectors 1 - x . y. A power of two brings the orders of a query to about 1.
 */
function productOrders(
  store: ItemStore,
  rows: EncodedRows,
  metric: SearchMetric,
  query: EmbeddingRows,
  tileData: Float32Array,
): { space: QuerySpace; orders: TileOrders } {
  const { dims } = store;
  const squares = metric.metric === 'euclidean' || metric.metric === 'squaredEuclidean';
  const lengths = lengthsOf(query, metric);
  const { units, unitScales, lengthsOfRows } = unitQueries(query, metric, lengths);
  const longest = metric.normalize ? 1 : Math.sqrt(rows.largest());
  const most = lengthsOfRows.map((length) =>
    squares ? length ** 2 + longest ** 2 : length * longest || 1,
  );
  const weights = most.map(toUnit);
  const space: QuerySpace = {
    rows: { data: Float32Array.from(most.keys()), shape: [most.length, 1] }, // the numbers of the queries
    slack: most.map((value, q) => strayOf(dims) * value * weights[q]!),
    exact: slotOrder(store, metric, query, lengths),
  };
  return {
    space,
    async orders(tile, width, { data: numbers }, first, count) {
      const some = numbers.subarray(first, first + count);
      const data = tileData.subarray(0, width * dims);
      rows.decode(tile, width, data);
      const queries = new Float32Array(count * dims);
      some.forEach((q, i) => {
        queries.set(units.subarray(q * dims, (q + 1) * dims), i * dims);
      });
      const products = await allProducts(queries, count, data, width, dims);
      const scales = rows.scales(tile);
      const norms = rows.squares(tile);
      const factor = (column: number): number =>
        metric.normalize
          ? scales[column]! / Math.max(Math.sqrt(norms[column]!), metric.minNorm)
          : scales[column]!;
      const times = Float64Array.from({ length: width }, (_, r) =>
        norms[r] === Infinity ? 0 : factor(r) * (squares ? -2 : -1),
      );
      const plus = Float64Array.from({ length: width }, (_, r) => {
        if (norms[r] === Infinity) return Infinity; // an empty slot
        if (!squares) return 0;
        return metric.normalize ? Math.min(1, norms[r]! / metric.minNorm ** 2) : norms[r]!;
      });
      some.forEach((q, i) => {
        const weight = weights[q]!;
        const scale = unitScales[q]! * weight;
        const add = squares ? lengthsOfRows[q]! ** 2 : most[q]!;
        for (let r = 0, at = i * width; r < width; r++, at++) {
          products[at] = (plus[r]! + add) * weight + times[r]! * scale * products[at]!;
        }
      });
      return products;
    },
  };
}

/** Queries at about unit length, what they are to be multiplied by, and the lengths of the queries they stand for. */
function unitQueries(
  query: EmbeddingRows,
  { normalize }: SearchMetric,
  lengths: readonly RowLength[],
): { units: Float32Array; unitScales: Float64Array; lengthsOfRows: Float64Array } {
  const { data, shape } = query;
  const [count, dims] = shape;
  const own = squaredNorms(query).map(Math.sqrt);
  const units = new Float32Array(count * dims);
  const unitScales = new Float64Array(count);
  for (let q = 0; q < count; q++) {
    const down = normalize ? lengths[q]!.factor : toUnit(own[q]!);
    unitScales[q] = normalize ? 1 : 1 / down;
    for (let k = q * dims; k < (q + 1) * dims; k++) units[k] = data[k]! * down;
  }
  const lengthsOfRows = normalize ? own.map((length, q) => length * lengths[q]!.factor) : own;
  return { units, unitScales, lengthsOfRows };
}

/** The products of queries and the rows of a tile: [count, width]; the array is the caller's. */
async function allProducts(
  queries: Float32Array,
  count: number,
  data: Float32Array,
  width: number,
  dims: number,
): Promise<Float32Array> {
  if (getBackend() === 'cpu') return dotProducts(queries, 0, count, data, dims);
  const [a, b] = [tensor2d(queries, [count, dims]), tensor2d(data, [width, dims])];
  const product = matMul(a, b, false, true);
  try {
    return (await product.data()) as Float32Array;
  } finally {
    a.dispose();
    b.dispose();
    product.dispose();
  }
}

/** Orders from the distance's own `matrix` of the decoded vectors. */
function matrixOrders(
  store: ItemStore,
  distance: Distance,
  query: EmbeddingRows,
): { space: QuerySpace; orders: TileOrders } {
  return {
    space: matrixQuery(query),
    async orders(tile, width, rows, first, count) {
      const references = tensor2d(store.tile(tile), [width, store.dims]);
      try {
        const products = await matrixBlock(
          'index.search',
          distance,
          rows,
          first,
          count,
          references,
        );
        for (let r = 0; r < width; r++) {
          if (store.item(tile * tileWidth + r) !== undefined) continue;
          for (let at = r; at < products.length; at += width) products[at] = Infinity;
        }
        return products;
      } finally {
        references.dispose();
      }
    },
  };
}
