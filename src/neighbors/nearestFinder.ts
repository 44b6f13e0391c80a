/**
 * Finds the k smallest of a row of distances. What it works with is made once, for rows of any length.
 *
 * `find(row)` returns the positions of the k smallest, in no order, in an array that the next call overwrites;
 * of equal ones at the border the first win. `largest()` is then the largest of the k.
 */
export interface NearestFinder {
  find(row: Float32Array): Int32Array;
  largest(): number;
}

export function createNearestFinder(k: number): NearestFinder {
  const distance = new Float32Array(k); // a heap: the worst of the k best is on top
  const position = new Int32Array(k);

  /** Is what lies at heap place a worse than (d, p)? Of equal distances the later is worse. */
  const worse = (a: number, d: number, p: number): boolean => {
    const own = distance[a] as number;
    return own > d || (own === d && (position[a] as number) > p);
  };

  const put = (place: number, d: number, p: number): void => {
    distance[place] = d;
    position[place] = p;
  };

  /** Fills the empty place with (d, p), from the place downwards. */
  const siftDown = (from: number, d: number, p: number): void => {
    let place = from;
    for (let child = 2 * place + 1; child < k; child = 2 * place + 1) {
      const right = child + 1;
      if (right < k && worse(right, distance[child] as number, position[child] as number)) child++;
      if (!worse(child, d, p)) break;
      put(place, distance[child] as number, position[child] as number);
      place = child;
    }
    put(place, d, p);
  };

  return {
    find(row) {
      for (let i = 0; i < k; i++) put(i, row[i] as number, i);
      for (let i = (k >> 1) - 1; i >= 0; i--)
        siftDown(i, distance[i] as number, position[i] as number);
      let worst = distance[0] as number;
      for (let i = k; i < row.length; i++) {
        const d = row[i] as number;
        if (d < worst) {
          siftDown(0, d, i);
          worst = distance[0] as number;
        }
      }
      return position;
    },
    largest: () => distance[0] as number,
  };
}
