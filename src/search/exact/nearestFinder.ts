/**
 * Finds the k smallest distances of each of many rows, which are shown to it part by part, from left to right. Its
 * buffers are allocated once.
 */
export interface NearestFinder {
  /** Forgets all rows. */
  reset(): void;
  /** Shows row `row` the distances `values[start .. start + count - 1]`, at the positions from `from` on. */
  look(row: number, values: Float32Array, start: number, count: number, from: number): void;
  /** Shows `count` rows, from row `row` on, one distance each, `values[start .. start + count - 1]`, all at one position. */
  lookEach(row: number, values: Float32Array, start: number, count: number, at: number): void;
  /** The positions of the row's k smallest, in no order: of equal ones the first. Infinity is not among them. */
  positions(row: number): number[];
  /** The distances of these positions. */
  distances(row: number): number[];
  /** The largest of the k distances, or Infinity if there are fewer than k. */
  largest(row: number): number;
}

export function createNearestFinder(rows: number, k: number): NearestFinder {
  const distance = new Float32Array(rows * k); // a heap each: the worst of the k best is on top
  const position = new Int32Array(rows * k);
  const limit = new Float32Array(rows); // the tops, side by side
  const kept = <T>(row: number, values: ArrayLike<T>): T[] => {
    const found: T[] = [];
    for (let i = row * k; i < (row + 1) * k; i++) {
      if (distance[i] !== Infinity) found.push(values[i]!);
    }
    return found;
  };
  const finder: NearestFinder = {
    reset() {
      distance.fill(Infinity);
      position.fill(-1);
      limit.fill(Infinity);
    },
    look(row, values, start, count, from) {
      const top = row * k;
      const shift = from - start;
      const end = start + count;
      let worst = limit[row]!;
      for (let at = start; at < end; at += 4) {
        const last = Math.min(at + 4, end);
        // Nearly all are farther than that, and four at a time are passed in half the time.
        const farther =
          last === at + 4 &&
          !(
            values[at]! < worst ||
            values[at + 1]! < worst ||
            values[at + 2]! < worst ||
            values[at + 3]! < worst
          );
        if (farther) continue;
        for (let i = at; i < last; i++) {
          const d = values[i]!;
          if (d < worst) {
            siftDown(distance, position, top, k, d, i + shift);
            worst = distance[top]!;
          }
        }
      }
      limit[row] = worst;
    },
    lookEach(row, values, start, count, at) {
      const shift = row - start;
      const end = start + count;
      for (let from = start; from < end; from += 4) {
        const last = Math.min(from + 4, end);
        const farther =
          last === from + 4 &&
          !(
            values[from]! < limit[from + shift]! ||
            values[from + 1]! < limit[from + shift + 1]! ||
            values[from + 2]! < limit[from + shift + 2]! ||
            values[from + 3]! < limit[from + shift + 3]!
          );
        if (farther) continue;
        for (let i = from; i < last; i++) {
          const d = values[i]!;
          if (d >= limit[i + shift]!) continue;
          const top = (i + shift) * k;
          siftDown(distance, position, top, k, d, at);
          limit[i + shift] = distance[top]!;
        }
      }
    },
    positions: (row) => kept(row, position),
    distances: (row) => kept(row, distance),
    largest: (row) => distance[row * k]!,
  };
  finder.reset();
  return finder;
}

/** Replaces the top of the heap by (d, p), and restores the heap. Of equal distances the later position is worse. */
function siftDown(
  distance: Float32Array,
  position: Int32Array,
  top: number,
  k: number,
  d: number,
  p: number,
): void {
  let place = 0;
  for (let child = 1; child < k; child = 2 * place + 1) {
    let own = distance[top + child]!;
    if (child + 1 < k) {
      const right = distance[top + child + 1]!;
      const later = position[top + child + 1]! > position[top + child]!;
      if (right > own || (right === own && later)) {
        child++;
        own = right;
      }
    }
    if (own < d || (own === d && position[top + child]! < p)) break;
    distance[top + place] = own;
    position[top + place] = position[top + child]!;
    place = child;
  }
  distance[top + place] = d;
  position[top + place] = p;
}
