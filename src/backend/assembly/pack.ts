// Operands are first copied into the order in which tile4x8 reads them.

/**
 * The right operand as panels of 8 columns, packed[column / 8][row][column % 8]; the last panel is filled up with
 * zeros. `source` is a matrix of `rows` x `columns` with strides in floats, or several, one after the other. Panels
 * `from` to `to` of all of them.
 */
export function packColumns(
  source: usize,
  rowStride: i32,
  columnStride: i32,
  rows: i32,
  columns: i32,
  packed: usize,
  from: i32,
  to: i32,
): void {
  const panels = (columns + 7) >> 3;
  for (let panel = from; panel < to; panel++) {
    const matrix = panel / panels;
    const column = (panel - matrix * panels) << 3;
    packPanel(
      source + ((<usize>matrix * rows * columns + <usize>column * columnStride) << 2),
      rowStride,
      columnStride,
      rows,
      min(8, columns - column),
      packed + ((<usize>panel * rows) << 5),
    );
  }
}

/** One panel of `count` (1 to 8) columns. */
export function packPanel(
  source: usize,
  rowStride: i32,
  columnStride: i32,
  rows: i32,
  count: i32,
  packed: usize,
): void {
  if (rowStride == 1 && count == 8) {
    const next = (<usize>columnStride) << 2;
    const fifth = source + 4 * next;
    interleave4(source, source + next, source + 2 * next, source + 3 * next, rows, packed, 32);
    interleave4(fifth, fifth + next, fifth + 2 * next, fifth + 3 * next, rows, packed + 16, 32);
    return;
  }
  for (let row = 0; row < rows; row++) {
    if (columnStride == 1 && count == 8) {
      v128.store(packed, v128.load(source));
      v128.store(packed, v128.load(source, 16), 16);
    } else {
      for (let j = 0; j < count; j++) {
        store<f32>(packed + (j << 2), load<f32>(source + ((<usize>j * columnStride) << 2)));
      }
      for (let j = count; j < 8; j++) store<f32>(packed + (j << 2), 0);
    }
    source += (<usize>rowStride) << 2;
    packed += 32;
  }
}

/**
 * The left operand as panels of 4 rows, packed[row / 4][column][row % 4]; the last panel is filled up with zeros.
 * `source` and panels as in packColumns.
 */
export function packRows(
  source: usize,
  rowStride: i32,
  columnStride: i32,
  rows: i32,
  columns: i32,
  packed: usize,
  from: i32,
  to: i32,
): void {
  const right = (<usize>columnStride) << 2;
  const down = (<usize>rowStride) << 2;
  const panels = (rows + 3) >> 2;
  for (let panel = from; panel < to; panel++) {
    const matrix = panel / panels;
    const row = (panel - matrix * panels) << 2;
    const count = min(4, rows - row);
    let s = source + ((<usize>matrix * rows * columns) << 2) + <usize>row * down;
    let p = packed + ((<usize>panel * columns) << 4);
    if (columnStride == 1 && count == 4) {
      interleave4(s, s + down, s + 2 * down, s + 3 * down, columns, p, 16);
      continue;
    }
    for (let column = 0; column < columns; column++) {
      if (rowStride == 1 && count == 4) {
        v128.store(p, v128.load(s));
      } else {
        for (let i = 0; i < 4; i++) {
          store<f32>(p + (i << 2), i < count ? load<f32>(s + <usize>i * down) : 0);
        }
      }
      s += right;
      p += 16;
    }
  }
}

/** row0[i], row1[i], row2[i], row3[i] side by side, `step` bytes after those of i - 1. */
export function interleave4(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  count: i32,
  to: usize,
  step: usize,
): void {
  const end = row0 + ((<usize>count) << 2);
  while (row0 + 16 <= end) {
    const a = v128.load(row0);
    const b = v128.load(row1);
    const c = v128.load(row2);
    const d = v128.load(row3);
    const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
    v128.store(to + step, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
    v128.store(to + 2 * step, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
    v128.store(to + 3 * step, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    to += 4 * step;
  }
  while (row0 < end) {
    store<f32>(to, load<f32>(row0));
    store<f32>(to, load<f32>(row1), 4);
    store<f32>(to, load<f32>(row2), 8);
    store<f32>(to, load<f32>(row3), 12);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    to += step;
  }
}
