import { addFour, addOne } from './conv2dFilterSparse';

/**
 * The gradient of a convolution by one image, where most of `dy` is zero: for each dy that is not,
 *
 *   dx[oh * strideHeight - padTop + kh][ow * strideWidth - padLeft + kw][c] += filter[n][kh][kw][c] * dy[oh][ow][n]
 *
 * in the order of dy, for channels c that are a multiple of 4, where dx is zero before. `list` has 8 bytes for each n.
 */
export function scatterGradient(
  dy: usize,
  filter: usize,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  list: usize,
): void {
  const dxPixel = (<usize>channels) << 2;
  const dxRow = <usize>width * dxPixel;
  const filterRow = <usize>filterWidth * dxPixel;
  const pixel = (<usize>outChannels) << 2;
  for (let oh = 0; oh < outHeight; oh++) {
    const top = oh * strideHeight - padTop;
    const khFrom = max(0, -top);
    const rows = min(filterHeight, height - top) - khFrom;
    for (let ow = 0; ow < outWidth; ow++, dy += pixel) {
      const left = ow * strideWidth - padLeft;
      const kwFrom = max(0, -left);
      const rowBytes = <usize>max(0, min(filterWidth, width - left) - kwFrom) * dxPixel;
      const weights = filter + <usize>khFrom * filterRow + <usize>kwFrom * dxPixel;
      const end = listGiven(dy, outChannels, weights, <usize>filterHeight * filterRow, list);
      const target = dx + <usize>(top + khFrom) * dxRow + <usize>(left + kwFrom) * dxPixel;
      let entry = list;
      for (; entry + 32 <= end; entry += 32)
        addFour(entry, filterRow, target, dxRow, rows, rowBytes);
      for (; entry < end; entry += 8) addOne(entry, filterRow, target, dxRow, rows, rowBytes);
    }
  }
}

/** Lists the gradients of one pixel that are not zero, and where the weights of their channels begin. */
// @inline
function listGiven(dy: usize, count: i32, weights: usize, next: usize, list: usize): usize {
  let n = 0;
  for (; n + 4 <= count; n += 4, dy += 16) {
    if (!v128.any_true(f32x4.ne(v128.load(dy), f32x4.splat(0)))) {
      weights += 4 * next;
      continue;
    }
    for (let i: usize = 0; i < 16; i += 4, weights += next) {
      const given = load<f32>(dy + i);
      store<usize>(list, weights);
      store<f32>(list, given, 4);
      list += given == 0 ? 0 : 8;
    }
  }
  for (; n < count; n++, dy += 4, weights += next) {
    const given = load<f32>(dy);
    store<usize>(list, weights);
    store<f32>(list, given, 4);
    list += given == 0 ? 0 : 8;
  }
  return list;
}
