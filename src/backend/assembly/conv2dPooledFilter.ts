import { isZero } from './conv2dFilterSparse';
import { multiplyAdd } from './lanes';
import { padImage } from './padImage';

/** Weights of the filter whose sums are computed at a time: nine vectors of sums stay in registers. */
const TAPS = 9;

/**
 * conv2dFilter behind a relu and a max pooling by windows of 2 x 2 that were computed together: of a window one pixel
 * alone has a gradient, which `codes` of conv2dDirect tells, where the pooling's result `pooled` is above 0; `dy` is the
 * gradient of that result. The sums are those of conv2dFilter without its zeros, window by window.
 *
 * A vector has the gradients of 4 channels in one window. Each channel is of another pixel of the window, so for each
 * weight of the filter, the pixels that the window's four pixels are multiplied by lie in a vector, of which each
 * channel takes the one it needs.
 *
 * `scratch` has `scratchBytes` for each thread: the padded image, 16 bytes, and TAPS vectors for each window.
 * Images `from` to `to`.
 */
export function conv2dPooledFilter(
  x: usize,
  dy: usize,
  pooled: usize,
  codes: usize,
  sums: usize,
  sumsBytes: i32,
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
  poolHeight: i32,
  poolWidth: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  chunk: i32,
  thread: i32,
): void {
  const rowFloats = filterWidth * channels;
  const columns = (outChannels + 7) & ~7;
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  const paddedRow = (<usize>(paddedWidth * channels)) << 2;
  const pixel = (<usize>outChannels) << 2;
  const windows = poolHeight * poolWidth;

  const image = scratch + <usize>thread * scratchBytes;
  const pixels = image + <usize>paddedHeight * paddedRow + 16;
  sums += <usize>chunk * sumsBytes;
  memory.fill(sums, 0, sumsBytes);

  for (let i = from; i < to; i++) {
    const first = <usize>(i * windows);
    if (isZero(dy + first * pixel, windows * outChannels)) continue;
    padImage(
      x + ((<usize>i * height * width * channels) << 2),
      height,
      width,
      channels,
      padTop,
      padLeft,
      paddedHeight,
      paddedWidth,
      image,
    );
    const taps = filterHeight * rowFloats;
    for (let tap = 0; tap < taps; tap += TAPS) {
      const count = min(TAPS, taps - tap);
      for (let t = 0; t < count; t++) {
        const kh = (tap + t) / rowFloats;
        gatherPixels(
          image + <usize>kh * paddedRow + ((<usize>(tap + t - kh * rowFloats)) << 2),
          (<usize>(strideWidth * channels)) << 2,
          <usize>strideHeight * paddedRow,
          poolHeight,
          poolWidth,
          pixels + ((<usize>t) << 4),
        );
      }
      for (let n = 0; n < outChannels; n += 4) {
        const at = first * pixel + ((<usize>n) << 2);
        addWindows(
          pixels,
          dy + at,
          pooled + at,
          pixel,
          codes + first * columns + n,
          columns,
          windows,
          sums + ((<usize>n) << 2),
          columns,
          tap,
          count,
          rowFloats,
        );
      }
    }
  }
}

/** Of each window the floats at its four pixels, from `at` in the first, as a vector: every TAPS vectors in `to`. */
// @inline
function gatherPixels(
  at: usize,
  right: usize,
  down: usize,
  poolHeight: i32,
  poolWidth: i32,
  to: usize,
): void {
  const diagonal = right + down;
  for (let oh = 0; oh < poolHeight; oh++, at += 2 * down) {
    for (let ow = 0, p = at; ow < poolWidth; ow++, p += 2 * right, to += TAPS << 4) {
      if (right == 4) {
        v128.store(to, v128.load64_lane(p + down, v128.load64_zero(p), 1));
      } else {
        store<f32>(to, load<f32>(p));
        store<f32>(to, load<f32>(p + right), 4);
        store<f32>(to, load<f32>(p + down), 8);
        store<f32>(to, load<f32>(p + diagonal), 12);
      }
    }
  }
}

/** Adds what all windows of an image give to `count` weights from `tap` on, for 4 channels. */
function addWindows(
  pixels: usize,
  dy: usize,
  pooled: usize,
  pixel: usize,
  code: usize,
  codePixel: usize,
  windows: i32,
  sums: usize,
  columns: i32,
  tap: i32,
  count: i32,
  rowFloats: i32,
): void {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  let sum3 = sum0;
  let sum4 = sum0;
  let sum5 = sum0;
  let sum6 = sum0;
  let sum7 = sum0;
  let sum8 = sum0;
  const end = pixels + ((<usize>(windows * TAPS)) << 4);
  for (; pixels < end; pixels += TAPS << 4, dy += pixel, pooled += pixel, code += codePixel) {
    const isOpen = f32x4.gt(v128.load(pooled), f32x4.splat(0));
    const given = v128.and(v128.load(dy), isOpen);
    // The four bytes of the float that a lane takes: 4 * code and the three behind it.
    const four = v128.load32_zero(code);
    const spread = i8x16.shuffle(four, four, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const which = i8x16.add(
      i32x4.shl(spread, 2),
      i8x16(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3),
    );
    sum0 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels), which), sum0);
    sum1 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 16), which), sum1);
    sum2 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 32), which), sum2);
    sum3 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 48), which), sum3);
    sum4 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 64), which), sum4);
    sum5 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 80), which), sum5);
    sum6 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 96), which), sum6);
    sum7 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 112), which), sum7);
    sum8 = multiplyAdd(given, i8x16.swizzle(v128.load(pixels, 128), which), sum8);
  }
  addTo(sums, columns, tap, rowFloats, sum0);
  if (count > 1) addTo(sums, columns, tap + 1, rowFloats, sum1);
  if (count > 2) addTo(sums, columns, tap + 2, rowFloats, sum2);
  if (count > 3) addTo(sums, columns, tap + 3, rowFloats, sum3);
  if (count > 4) addTo(sums, columns, tap + 4, rowFloats, sum4);
  if (count > 5) addTo(sums, columns, tap + 5, rowFloats, sum5);
  if (count > 6) addTo(sums, columns, tap + 6, rowFloats, sum6);
  if (count > 7) addTo(sums, columns, tap + 7, rowFloats, sum7);
  if (count > 8) addTo(sums, columns, tap + 8, rowFloats, sum8);
}

/** Adds to the sums of one weight; rows of the filter are filled up to multiples of 4 weights. */
function addTo(sums: usize, columns: i32, tap: i32, rowFloats: i32, value: v128): void {
  const kh = tap / rowFloats;
  const row = kh * ((rowFloats + 3) & ~3) + tap - kh * rowFloats;
  const sum = sums + ((<usize>(row * columns)) << 2);
  v128.store(sum, f32x4.add(v128.load(sum), value));
}
