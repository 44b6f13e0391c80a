import { rounded } from './svg.ts';

/**
 * The path through the points, in pixels. Of points closer than a pixel only those at the upper and lower edge are
 * kept, so that 100,000 steps cost no more than the eye can see.
 */
export function linePath(x: ArrayLike<number>, y: ArrayLike<number>): string {
  const kept = thinned(x, y);
  return kept
    .map((i, k) => `${k === 0 ? 'M' : 'L'}${rounded(x[i]!, 1)},${rounded(y[i]!, 1)}`)
    .join('');
}

function thinned(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  const kept: number[] = [];
  let i = 0;
  while (i < x.length) {
    const column = Math.floor(x[i]!);
    const first = i;
    let [low, high, last] = [i, i, i];
    while (i < x.length && Math.floor(x[i]!) === column) {
      if (y[i]! < y[low]!) low = i;
      if (y[i]! > y[high]!) high = i;
      last = i;
      i++;
    }
    for (const index of [...new Set([first, low, high, last])].sort((a, b) => a - b)) {
      kept.push(index);
    }
  }
  return kept;
}
