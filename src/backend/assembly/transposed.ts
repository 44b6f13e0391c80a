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
  const bytes = <usize>size << 2;
  for (let top = 16 * from; top < min(16 * to, size); top += 16) {
    const bottom = min(top + 16, size);
    const tiles = bottom & ~3;
    let j = 0;
    for (; j < tiles; j += 4) {
      for (let i = max(top, j); i < tiles; i += 4) joinTiles(x, out, bytes, i, j, sum);
    }
    for (let i = tiles; i < bottom; i++) {
      for (j = 0; j <= i; j++) {
        const place = <usize>i * bytes + (<usize>j << 2);
        const across = <usize>j * bytes + (<usize>i << 2);
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
  const place = <usize>i * bytes + (<usize>j << 2);
  const across = <usize>j * bytes + (<usize>i << 2);
  let a = v128.load(x + across);
  let b = v128.load(x + across + bytes);
  let c = v128.load(x + across + 2 * bytes);
  let d = v128.load(x + across + 3 * bytes);
  const own = x + place;
  const other = out + across;
  for (let turn = 0; ; turn++) {
    const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    a = v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5);
    b = v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7);
    c = v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5);
    d = v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7);
    if (turn == 1) break;
    if (sum) {
      a = f32x4.add(a, v128.load(own));
      b = f32x4.add(b, v128.load(own + bytes));
      c = f32x4.add(c, v128.load(own + 2 * bytes));
      d = f32x4.add(d, v128.load(own + 3 * bytes));
    }
    storeTile(out + place, bytes, a, b, c, d);
    if (!sum) return;
  }
  storeTile(other, bytes, a, b, c, d);
}

// @ts-ignore: decorator
@inline
function storeTile(to: usize, bytes: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, a);
  v128.store(to + bytes, b);
  v128.store(to + 2 * bytes, c);
  v128.store(to + 3 * bytes, d);
}
