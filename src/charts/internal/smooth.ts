/**
 * Mean of each value's neighbourhood, `width` values wide and centred, so that the curve does not lag behind. At the
 * ends the neighbourhood shrinks on both sides alike, down to a quarter of its width.
 */
export function smooth(values: ArrayLike<number>, width: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    sums[i + 1] = sums[i]! + values[i]!;
  }
  const half = Math.floor(width / 2);
  return Float64Array.from({ length: values.length }, (_, i) => {
    const reach = Math.max(Math.ceil(half / 4), Math.min(half, i, values.length - 1 - i));
    const from = Math.max(0, i - reach);
    const to = Math.min(values.length, i + reach + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  });
}
