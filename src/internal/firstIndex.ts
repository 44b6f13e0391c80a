/**
 * The first index from 0 to `length - 1` for which `holds` is true, by binary search; `length` if it holds for none.
 * Once it holds for an index, it must hold for all after it.
 */
export function firstIndex(length: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
