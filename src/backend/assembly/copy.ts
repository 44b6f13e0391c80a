/**
 * Copies `rows` rows of `count` floats; row i goes from source + i * sourceStride to target + i * targetStride
 * (strides in floats). Rows `from` to `to`.
 */
export function copyRows(
  source: usize,
  sourceStride: i32,
  target: usize,
  targetStride: i32,
  count: i32,
  from: i32,
  to: i32,
): void {
  for (let i = from; i < to; i++) {
    const s = source + ((<usize>i * sourceStride) << 2);
    const t = target + ((<usize>i * targetStride) << 2);
    memory.copy(t, s, <usize>count << 2);
  }
}
