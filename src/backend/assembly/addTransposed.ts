// A square matrix and its transpose, added.

/** out[i][j] = x[i][j] + x[j][i], of a square matrix. Sixteens of rows `from` to `to`. */
export function addTransposed(x: usize, out: usize, size: i32, from: i32, to: i32): void {
  const bytes = <usize>size << 2;
  for (let top = 16 * from; top < min(16 * to, size); top += 16) {
    const bottom = min(top + 16, size);
    let j = 0;
    for (; j + 4 <= size; j += 4) {
      let i = top;
      for (; i + 4 <= bottom; i += 4) addTile(x, out, bytes, i, j);
      for (; i < bottom; i++) for (let k = j; k < j + 4; k++) addOneOf(x, out, bytes, i, k);
    }
    for (; j < size; j++) for (let i = top; i < bottom; i++) addOneOf(x, out, bytes, i, j);
  }
}

// @ts-ignore: decorator
@inline
function addOneOf(x: usize, out: usize, bytes: usize, i: i32, j: i32): void {
  const place = <usize>i * bytes + (<usize>j << 2);
  store<f32>(out + place, load<f32>(x + place) + load<f32>(x + <usize>j * bytes + (<usize>i << 2)));
}

// @ts-ignore: decorator
@inline
function addTile(x: usize, out: usize, bytes: usize, i: i32, j: i32): void {
  const across = x + <usize>j * bytes + (<usize>i << 2);
  const r0 = v128.load(across);
  const r1 = v128.load(across + bytes);
  const r2 = v128.load(across + 2 * bytes);
  const r3 = v128.load(across + 3 * bytes);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  const place = <usize>i * bytes + (<usize>j << 2);
  addRow(x + place, out + place, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
  addRow(x + place + bytes, out + place + bytes, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7));
  addRow(x + place + 2 * bytes, out + place + 2 * bytes, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5));
  addRow(x + place + 3 * bytes, out + place + 3 * bytes, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7));
}

// @ts-ignore: decorator
@inline
function addRow(x: usize, out: usize, row: v128): void {
  v128.store(out, f32x4.add(v128.load(x), row));
}
