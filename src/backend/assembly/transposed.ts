import { interleave4 } from './pack';

// A square matrix and its transpose.

/**
 * With `sum`, out = x + its transpose. Without it, what is below the diagonal of `out` becomes what is above it in x:
 * the same matrix, as a rule. Sixteens of rows `from` to `to`.
 */
export function withTransposed(
  x: usize,
  out: usize,
  size: i32,
  sum: i32,
  from: i32,
  to: i32,
): void {
  const bytes = (<usize>size) << 2;
  for (let top = 16 * from; top < min(16 * to, size); top += 16) {
    const bottom = min(top + 16, size);
    const tiles = bottom & ~3;
    let j = 0;
    for (; j < tiles; j += 4) {
      for (let i = max(top, j); i < tiles; i += 4) joinTiles(x, out, bytes, i, j, sum);
    }
    for (let i = tiles; i < bottom; i++) {
      for (j = 0; j <= i; j++) {
        const place = <usize>i * bytes + ((<usize>j) << 2);
        const across = <usize>j * bytes + ((<usize>i) << 2);
        let value = load<f32>(x + across);
        if (sum) value += load<f32>(x + place);
        store<f32>(out + place, value);
        if (sum) store<f32>(out + across, value);
      }
    }
  }
}

/** The tile at (i, j), on or below the diagonal, and the one at (j, i). */
function joinTiles(x: usize, out: usize, bytes: usize, i: i32, j: i32, sum: i32): void {
  const place = <usize>i * bytes + ((<usize>j) << 2);
  const across = <usize>j * bytes + ((<usize>i) << 2);
  transposeTile(x + across, out + place, bytes);
  if (!sum) return;
  for (let row = place; row < place + 4 * bytes; row += bytes) {
    v128.store(out + row, f32x4.add(v128.load(out + row), v128.load(x + row)));
  }
  transposeTile(out + place, out + across, bytes);
}

/** A tile of 4 x 4, of rows `bytes` apart, in the place of another, or in its own. */
// @inline
function transposeTile(from: usize, to: usize, bytes: usize): void {
  interleave4(from, from + bytes, from + 2 * bytes, from + 3 * bytes, 4, to, bytes);
}
