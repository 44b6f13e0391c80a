import type { SearchMetric } from '../../distances/distance.ts';
import { yieldToEvents } from '../../internal/yieldToEvents.ts';
import type { ItemStore } from './itemStore.ts';
import type { FramedTile } from './itemTiles.ts';
import { tileWidth } from './products.ts';
import { createSearchFrame, type FramedRows, maxOf, type SearchFrame } from './searchFrame.ts';

/** Squared lengths in a frame beyond which float32 products might overflow. */
const tooLong = 2 ** 40;

/** The frame of items that change. */
export interface ItemFrame {
  /** Brings all tiles into one frame; gives it, and the largest squared length of a row in it. */
  refresh(tiles: readonly FramedTile[]): Promise<{ frame: SearchFrame; largest: number }>;
}

/**
 * Keeps the frame while it fits, as another one costs as much as all items. It no longer fits where a row is too long
 * for it. Each time that as many rows were placed as were at its start, it is also compared with their mean: it no longer
 * fits where its center is farther from the mean than the rows are on average.
 */
export function createItemFrame(store: ItemStore, metric: SearchMetric): ItemFrame {
  const { dims } = store;
  const centered = metric.metric === 'euclidean' || metric.metric === 'squaredEuclidean';
  let frame: SearchFrame | undefined;
  let largest = 0;
  let placed = 0;
  let checkAt = 0;
  let norms = 0; // the sum of the squared lengths of the placed rows
  const sum = new Float64Array(dims);

  const note = ({ rows, norms: squares }: FramedRows): void => {
    const [count, width] = rows.shape;
    placed += count;
    largest = Math.max(largest, maxOf(squares));
    if (!centered) return;
    for (let i = 0; i < count; i++) {
      norms += squares[i]!;
      const row = i * width;
      for (let k = 0; k < dims; k++) sum[k] = sum[k]! + rows.data[row + k]!;
    }
  };
  const fits = (): boolean => {
    if (largest > tooLong) return false;
    if (!centered || placed < checkAt) return true;
    checkAt = 2 * placed;
    const fromMean = sum.reduce((total, value) => total + (value / placed) ** 2, 0);
    return fromMean <= norms / placed - fromMean;
  };
  const begin = (tiles: readonly FramedTile[]): SearchFrame => {
    const parts = tiles.map((_, at) => {
      const data = store.tile(at);
      return { data, shape: [data.length / dims, dims] as const };
    });
    for (const tile of tiles) tile.reset();
    [largest, placed, norms] = [0, 0, 0];
    sum.fill(0);
    return createSearchFrame(parts, metric);
  };
  const place = async (tiles: readonly FramedTile[], into: SearchFrame): Promise<void> => {
    for (const tile of tiles) {
      const before = placed;
      tile.place(into, note);
      if (placed - before === tileWidth) await yieldToEvents();
    }
  };

  return {
    async refresh(tiles) {
      let now = frame ?? begin(tiles);
      await place(tiles, now);
      if (frame === undefined) checkAt = 2 * placed;
      else if (!fits()) {
        now = begin(tiles);
        await place(tiles, now);
        checkAt = 2 * placed;
      }
      frame = now;
      return { frame: now, largest };
    },
  };
}
