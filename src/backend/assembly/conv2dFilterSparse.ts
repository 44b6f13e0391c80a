import { multiplyAdd } from './lanes';

// Behind a max pooling and a relu, three of four gradients are zero, and more: adding up what the others give is then
// faster than the dense sum, and as exact.

/** How many of `count` floats are not zero. */
export function countGiven(x: usize, count: i32): i32 {
  const end = x + ((<usize>count) << 2);
  let found = 0;
  while (x + 16 <= end) {
    found += popcnt(i32x4.bitmask(f32x4.ne(v128.load(x), f32x4.splat(0))));
    x += 16;
  }
  while (x < end) {
    if (load<f32>(x) != 0) found++;
    x += 4;
  }
  return found;
}

/** Whether `count` floats are all zero. */
export function isZero(x: usize, count: i32): bool {
  const end = x + ((<usize>count) << 2);
  for (; x + 16 <= end; x += 16) {
    if (v128.any_true(f32x4.ne(v128.load(x), f32x4.splat(0)))) return false;
  }
  for (; x < end; x += 4) if (load<f32>(x) != 0) return false;
  return true;
}

/**
 * The gradient of a filter by one image: sums[n][kh][row] += image[oh * strideHeight + kh][ow * strideWidth][row] *
 * dy[oh][ow][n], in rows of `rowBytes`, which are filled up to whole vectors. `list` has 8 bytes for each pixel of dy.
 */
export function addSparseGradient(
  image: usize,
  imageRow: usize,
  right: usize,
  down: usize,
  dy: usize,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  sums: usize,
  filterHeight: i32,
  rowBytes: usize,
  list: usize,
): void {
  const pixel = (<usize>outChannels) << 2;
  for (let n = 0; n < outChannels; n++) {
    const end = listGiven(
      image,
      right,
      down,
      dy + ((<usize>n) << 2),
      pixel,
      outHeight,
      outWidth,
      list,
    );
    let entry = list;
    for (; entry + 32 <= end; entry += 32)
      addFour(entry, imageRow, sums, rowBytes, filterHeight, rowBytes);
    for (; entry < end; entry += 8) addOne(entry, imageRow, sums, rowBytes, filterHeight, rowBytes);
    sums += <usize>filterHeight * rowBytes;
  }
}

/** Lists the pixels of one channel of dy that are not zero, and where their patches of the image begin. */
function listGiven(
  image: usize,
  right: usize,
  down: usize,
  dy: usize,
  pixel: usize,
  outHeight: i32,
  outWidth: i32,
  list: usize,
): usize {
  for (let oh = 0; oh < outHeight; oh++, image += down) {
    for (let ow = 0, patch = image; ow < outWidth; ow++, patch += right, dy += pixel) {
      const given = load<f32>(dy);
      store<usize>(list, patch);
      store<f32>(list + 4, given);
      list += given == 0 ? 0 : 8;
    }
  }
  return list;
}

/**
 * Adds four rows of patches of the list, `xRow` bytes apart, to rows of sums, `sumRow` bytes apart: each sum is read and
 * written once for all four.
 */
export function addFour(
  entry: usize,
  xRow: usize,
  sum: usize,
  sumRow: usize,
  rows: i32,
  rowBytes: usize,
): void {
  let x0 = load<usize>(entry);
  let x1 = load<usize>(entry + 8);
  let x2 = load<usize>(entry + 16);
  let x3 = load<usize>(entry + 24);
  const factor0 = v128.load_splat<f32>(entry + 4);
  const factor1 = v128.load_splat<f32>(entry + 12);
  const factor2 = v128.load_splat<f32>(entry + 20);
  const factor3 = v128.load_splat<f32>(entry + 28);
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < rowBytes; at += 16) {
      let v = v128.load(sum + at);
      v = multiplyAdd(factor0, v128.load(x0 + at), v);
      v = multiplyAdd(factor1, v128.load(x1 + at), v);
      v = multiplyAdd(factor2, v128.load(x2 + at), v);
      v128.store(sum + at, multiplyAdd(factor3, v128.load(x3 + at), v));
    }
    sum += sumRow;
    x0 += xRow;
    x1 += xRow;
    x2 += xRow;
    x3 += xRow;
  }
}

export function addOne(
  entry: usize,
  xRow: usize,
  sum: usize,
  sumRow: usize,
  rows: i32,
  rowBytes: usize,
): void {
  let x = load<usize>(entry);
  const factor = v128.load_splat<f32>(entry + 4);
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < rowBytes; at += 16) {
      v128.store(sum + at, multiplyAdd(factor, v128.load(x + at), v128.load(sum + at)));
    }
    sum += sumRow;
    x += xRow;
  }
}
