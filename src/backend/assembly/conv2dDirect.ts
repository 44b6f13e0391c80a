import { activate, multiplyAdd, storeFirst } from './lanes';
import { padImage } from './padImage';

// Convolutions of images with few channels, where packing the pixels as conv2d does would take longer than it saves:
// a tile of 4 pixels and 8 output channels reads its pixels where they are.

/**
 * conv2d, or conv2d and then a max pooling by windows of 2 x 2, in which case only what the pooling gives is written.
 *
 * The parameters are those of conv2d; `poolHeight` and `poolWidth` are the pooling's result, or 0 without a pooling.
 * `codes`, where it is not 0, gets a byte for each pooled result, rows of 8 * ceil(outChannels / 8): which pixel of its
 * window it is (conv2dPooledFilter reads it).
 * `scratch` has for each thread the pixels of one image that are read, with the padding: `scratchBytes` bytes. Images
 * `from` to `to`.
 */
export function conv2dDirect(
  x: usize,
  filter: usize,
  bias: usize,
  out: usize,
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
  activation: i32,
  poolHeight: i32,
  poolWidth: i32,
  codes: usize,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  const row = (<usize>(paddedWidth * channels)) << 2;
  const down = <usize>strideHeight * row;
  const right = (<usize>(strideWidth * channels)) << 2;
  const steps = filterWidth * channels;
  const panelBytes = (<usize>(filterHeight * steps)) << 5;
  const outPixel = (<usize>outChannels) << 2;
  const codePixel = <usize>((outChannels + 7) & ~7);
  const padded = scratch + <usize>thread * scratchBytes;

  for (let i = from; i < to; i++) {
    padImage(
      x + ((<usize>i * height * width * channels) << 2),
      height,
      width,
      channels,
      padTop,
      padLeft,
      paddedHeight,
      paddedWidth,
      padded,
    );
    if (poolHeight) {
      for (let oh = 0; oh < poolHeight; oh++) {
        const pixels = padded + <usize>(2 * oh) * down;
        const target = out + <usize>((i * poolHeight + oh) * poolWidth) * outPixel;
        for (let n = 0; n < outChannels; n += 8) {
          pooledRow(
            pixels,
            row,
            right,
            down,
            filter + <usize>(n >> 3) * panelBytes,
            steps,
            filterHeight,
            bias ? bias + ((<usize>n) << 2) : 0,
            activation,
            target + ((<usize>n) << 2),
            outPixel,
            poolWidth,
            min(8, outChannels - n),
            codes ? codes + <usize>((i * poolHeight + oh) * poolWidth) * codePixel + <usize>n : 0,
            codePixel,
          );
        }
      }
    } else {
      for (let oh = 0; oh < outHeight; oh++) {
        const pixels = padded + <usize>oh * down;
        const target = out + <usize>((i * outHeight + oh) * outWidth) * outPixel;
        for (let n = 0; n < outChannels; n += 8) {
          plainRow(
            pixels,
            row,
            right,
            filter + <usize>(n >> 3) * panelBytes,
            steps,
            filterHeight,
            bias ? bias + ((<usize>n) << 2) : 0,
            activation,
            target + ((<usize>n) << 2),
            outPixel,
            outWidth,
            min(8, outChannels - n),
          );
        }
      }
    }
  }
}

/** One row of results for 8 channels. */
function plainRow(
  pixels: usize,
  row: usize,
  right: usize,
  panel: usize,
  steps: i32,
  segments: i32,
  bias: usize,
  activation: i32,
  out: usize,
  outPixel: usize,
  outWidth: i32,
  count: i32,
): void {
  const startLow = bias ? v128.load(bias) : f32x4.splat(0);
  const startHigh = bias ? v128.load(bias, 16) : f32x4.splat(0);
  for (let ow = 0; ow < outWidth; ow += 4) {
    const left = outWidth - ow; // pixels of which the tile has less than 4 read the first in place of the others
    const right1 = left > 1 ? right : 0;
    const right2 = left > 2 ? 2 * right : 0;
    const right3 = left > 3 ? 3 * right : 0;
    let low0 = startLow;
    let high0 = startHigh;
    let low1 = startLow;
    let high1 = startHigh;
    let low2 = startLow;
    let high2 = startHigh;
    let low3 = startLow;
    let high3 = startHigh;
    let a = pixels;
    let b = panel;
    for (let segment = 0; segment < segments; segment++) {
      let aNow = a;
      const end = b + ((<usize>steps) << 5);
      while (b < end) {
        const bLow = v128.load(b);
        const bHigh = v128.load(b, 16);
        const a0 = v128.load_splat<f32>(aNow);
        low0 = multiplyAdd(a0, bLow, low0);
        high0 = multiplyAdd(a0, bHigh, high0);
        const a1 = v128.load_splat<f32>(aNow + right1);
        low1 = multiplyAdd(a1, bLow, low1);
        high1 = multiplyAdd(a1, bHigh, high1);
        const a2 = v128.load_splat<f32>(aNow + right2);
        low2 = multiplyAdd(a2, bLow, low2);
        high2 = multiplyAdd(a2, bHigh, high2);
        const a3 = v128.load_splat<f32>(aNow + right3);
        low3 = multiplyAdd(a3, bLow, low3);
        high3 = multiplyAdd(a3, bHigh, high3);
        aNow += 4;
        b += 32;
      }
      a += row;
    }
    storeFirst(out, activate(low0, activation), activate(high0, activation), count);
    if (left > 1)
      storeFirst(out + outPixel, activate(low1, activation), activate(high1, activation), count);
    if (left > 2)
      storeFirst(
        out + 2 * outPixel,
        activate(low2, activation),
        activate(high2, activation),
        count,
      );
    if (left > 3)
      storeFirst(
        out + 3 * outPixel,
        activate(low3, activation),
        activate(high3, activation),
        count,
      );
    out += 4 * outPixel;
    pixels += 4 * right;
  }
}

/** One row of pooled results for 8 channels: a tile has the 4 pixels of a window. */
function pooledRow(
  pixels: usize,
  row: usize,
  right: usize,
  down: usize,
  panel: usize,
  steps: i32,
  segments: i32,
  bias: usize,
  activation: i32,
  out: usize,
  outPixel: usize,
  outWidth: i32,
  count: i32,
  code: usize,
  codePixel: usize,
): void {
  const startLow = bias ? v128.load(bias) : f32x4.splat(0);
  const startHigh = bias ? v128.load(bias, 16) : f32x4.splat(0);
  const diagonal = right + down;
  for (let ow = 0; ow < outWidth; ow++) {
    let low0 = startLow;
    let high0 = startHigh;
    let low1 = startLow;
    let high1 = startHigh;
    let low2 = startLow;
    let high2 = startHigh;
    let low3 = startLow;
    let high3 = startHigh;
    let a = pixels;
    let b = panel;
    for (let segment = 0; segment < segments; segment++) {
      let aNow = a;
      const end = b + ((<usize>steps) << 5);
      while (b < end) {
        const bLow = v128.load(b);
        const bHigh = v128.load(b, 16);
        const a0 = v128.load_splat<f32>(aNow);
        low0 = multiplyAdd(a0, bLow, low0);
        high0 = multiplyAdd(a0, bHigh, high0);
        const a1 = v128.load_splat<f32>(aNow + right);
        low1 = multiplyAdd(a1, bLow, low1);
        high1 = multiplyAdd(a1, bHigh, high1);
        const a2 = v128.load_splat<f32>(aNow + down);
        low2 = multiplyAdd(a2, bLow, low2);
        high2 = multiplyAdd(a2, bHigh, high2);
        const a3 = v128.load_splat<f32>(aNow + diagonal);
        low3 = multiplyAdd(a3, bLow, low3);
        high3 = multiplyAdd(a3, bHigh, high3);
        aNow += 4;
        b += 32;
      }
      a += row;
    }
    const low = largest(low0, low1, low2, low3, activation);
    const high = largest(high0, high1, high2, high3, activation);
    storeFirst(out, low, high, count);
    if (code) {
      const lowCode = whichIs(low, low0, low1, low2, activation);
      const highCode = whichIs(high, high0, high1, high2, activation);
      const codes = i16x8.narrow_i32x4_s(lowCode, highCode);
      v128.store64_lane(code, i8x16.narrow_i16x8_s(codes, codes), 0);
      code += codePixel;
    }
    out += outPixel;
    pixels += 2 * right;
  }
}

/** The max pooling of a window of 4 sums, after the activation: NaN never wins, as in maxPool. */
// @inline
export function largest(a: v128, b: v128, c: v128, d: v128, activation: i32): v128 {
  let best = f32x4.pmax(f32x4.splat(-Infinity), activate(a, activation));
  best = f32x4.pmax(best, activate(b, activation));
  best = f32x4.pmax(best, activate(c, activation));
  return f32x4.pmax(best, activate(d, activation));
}

/** Which of a window's 4 sums is the first to be `best`, as an int32 of each lane; the last where none is. */
// @inline
export function whichIs(best: v128, a: v128, b: v128, c: v128, activation: i32): v128 {
  let code = i32x4.splat(3);
  code = v128.bitselect(i32x4.splat(2), code, f32x4.eq(activate(c, activation), best));
  code = v128.bitselect(i32x4.splat(1), code, f32x4.eq(activate(b, activation), best));
  return v128.andnot(code, f32x4.eq(activate(a, activation), best));
}
