import { tile4x8 } from './tile';

/** Panels of 4 rows that stay in the cache while the panels of columns go by. */
const BLOCK: i32 = 16;

/**
 * out = activation(a b + bias) with `a` from packRows, `b` from packColumns: [rows, depth] x [depth, columns], for
 * a batch of matrices, of which `a` or `b` may be one for all (its batch step is then 0, otherwise 1). `bias` has
 * one float a column, or is 0. Rows of `out` begin `outStride` floats apart. With `symmetric` what is below the diagonal
 * is left out. Panels of rows, of the whole batch, `from` to `to`.
 */
export function matMul(
  a: usize,
  aBatchStep: i32,
  b: usize,
  bBatchStep: i32,
  bias: usize,
  out: usize,
  outStride: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  activation: i32,
  symmetric: i32,
  from: i32,
  to: i32,
): void {
  const rowPanels = (rows + 3) >> 2;
  const aBatch = (<usize>(aBatchStep * rowPanels * depth)) << 4;
  const bBatch = (<usize>(bBatchStep * ((columns + 7) >> 3) * depth)) << 5;
  const outRow = (<usize>outStride) << 2;
  while (from < to) {
    const matrix = from / rowPanels;
    const first = from - matrix * rowPanels;
    const last = min(min(first + BLOCK, rowPanels), first + to - from);
    multiply(
      a + <usize>matrix * aBatch,
      b + <usize>matrix * bBatch,
      bias,
      out + <usize>(matrix * rows) * outRow,
      outStride,
      rows,
      columns,
      depth,
      activation,
      symmetric,
      first,
      last,
    );
    from += last - first;
  }
}

function multiply(
  a: usize,
  b: usize,
  bias: usize,
  out: usize,
  outStride: i32,
  rows: i32,
  columns: i32,
  depth: i32,
  activation: i32,
  symmetric: i32,
  first: i32,
  last: i32,
): void {
  const outRow = (<usize>outStride) << 2;
  for (let column = symmetric ? (first << 2) & ~7 : 0; column < columns; column += 8) {
    const panelB = b + ((<usize>column * depth) << 2);
    const low = bias ? v128.load(bias + (column << 2)) : f32x4.splat(0);
    const high = bias ? v128.load(bias + (column << 2), 16) : f32x4.splat(0);
    const count = min(8, columns - column);
    for (let panel = first; panel < last; panel++) {
      const row = panel << 2;
      const target = out + <usize>row * outRow + (column << 2);
      tile4x8(
        a + ((<usize>row * depth) << 2),
        16,
        0,
        panelB,
        32,
        0,
        depth,
        1,
        low,
        high,
        activation,
        false,
        target,
        row + 1 < rows ? target + outRow : 0,
        row + 2 < rows ? target + 2 * outRow : 0,
        row + 3 < rows ? target + 3 * outRow : 0,
        count,
      );
    }
  }
}
