import { activate, multiplyAdd } from './lanes';

// Depthwise convolution: each channel c of x has filters of its own, `multiplier` of them, which give the channels
// n = c * multiplier + q of the output. Filters are [filterHeight][filterWidth][channels][multiplier]. With one filter
// a channel, 8 channels are computed at once.

/** How many taps of a window that begins at `start`, `dilation` pixels apart, lie before position `end`. */
// @inline
function tapsBefore(end: i32, start: i32, dilation: i32, taps: i32): i32 {
  return end <= start ? 0 : min(taps, (end - start + dilation - 1) / dilation);
}

/**
 * out[image][oh][ow][n] = activation(bias[n] + sum over kh, kw of filter[kh][kw][n] *
 *   x[image][oh * strideHeight - padTop + kh * dilationHeight][ow * strideWidth - padLeft + kw * dilationWidth][c])
 *
 * `bias` may be 0. Output rows (image * outHeight + oh) `from` to `to`.
 */
export function depthwiseConv2d(
  x: usize,
  filter: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  multiplier: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  activation: i32,
  from: i32,
  to: i32,
): void {
  const outChannels = channels * multiplier;
  const vectors = multiplier == 1 ? channels & ~7 : 0;
  const pixel = (<usize>channels) << 2;
  const outPixel = (<usize>outChannels) << 2;
  const tap = <usize>dilationWidth * pixel;
  const tapRow = <usize>(dilationHeight * width) * pixel;

  for (let r = from; r < to; r++) {
    const image = r / outHeight;
    const top = (r - image * outHeight) * strideHeight - padTop;
    const khFrom = tapsBefore(0, top, dilationHeight, filterHeight);
    const khTo = tapsBefore(height, top, dilationHeight, filterHeight);
    for (let ow = 0; ow < outWidth; ow++) {
      const left = ow * strideWidth - padLeft;
      const kwFrom = tapsBefore(0, left, dilationWidth, filterWidth);
      const kwTo = tapsBefore(width, left, dilationWidth, filterWidth);
      const firstRow = image * height + top + khFrom * dilationHeight;
      const source = x + <usize>(firstRow * width + left + kwFrom * dilationWidth) * pixel;
      const firstTap = filter + <usize>(khFrom * filterWidth + kwFrom) * outPixel;
      const target = out + <usize>(r * outWidth + ow) * outPixel;
      let n = 0;
      for (; n < vectors; n += 8) {
        const at = (<usize>n) << 2;
        let low = bias ? v128.load(bias + at) : f32x4.splat(0);
        let high = bias ? v128.load(bias + at, 16) : f32x4.splat(0);
        for (let kh = khFrom, s = source + at, f = firstTap + at; kh < khTo; kh++) {
          for (let kw = kwFrom, p = s, g = f; kw < kwTo; kw++, p += tap, g += outPixel) {
            low = multiplyAdd(v128.load(p), v128.load(g), low);
            high = multiplyAdd(v128.load(p, 16), v128.load(g, 16), high);
          }
          s += tapRow;
          f += <usize>filterWidth * outPixel;
        }
        v128.store(target + at, activate(low, activation));
        v128.store(target + at, activate(high, activation), 16);
      }
      for (; n < outChannels; n++) {
        const at = (<usize>n) << 2;
        let sum = bias ? load<f32>(bias + at) : 0;
        for (
          let kh = khFrom, s = source + ((<usize>(n / multiplier)) << 2), f = firstTap + at;
          kh < khTo;
          kh++
        ) {
          for (let kw = kwFrom, p = s, g = f; kw < kwTo; kw++, p += tap, g += outPixel) {
            sum += load<f32>(p) * load<f32>(g);
          }
          s += tapRow;
          f += <usize>filterWidth * outPixel;
        }
        v128.store_lane<f32>(target + at, activate(f32x4.splat(sum), activation), 0);
      }
    }
  }
}

/**
 * The gradient by x: dx[image][ih][iw][c] += dy[image][oh][ow][n] * filter[kh][kw][n] over all that depthwiseConv2d
 * multiplied. Images `from` to `to`.
 */
export function depthwiseInput(
  dy: usize,
  filter: usize,
  dx: usize,
  height: i32,
  width: i32,
  channels: i32,
  multiplier: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  from: i32,
  to: i32,
): void {
  const outChannels = channels * multiplier;
  const vectors = multiplier == 1 ? channels & ~7 : 0;
  const pixel = (<usize>channels) << 2;
  const outPixel = (<usize>outChannels) << 2;
  const tap = <usize>dilationWidth * pixel;
  const tapRow = <usize>(dilationHeight * width) * pixel;
  const image = <usize>(height * width) * pixel;
  memory.fill(dx + <usize>from * image, 0, <usize>(to - from) * image);

  for (let r = from * outHeight; r < to * outHeight; r++) {
    const top = (r % outHeight) * strideHeight - padTop;
    const khFrom = tapsBefore(0, top, dilationHeight, filterHeight);
    const khTo = tapsBefore(height, top, dilationHeight, filterHeight);
    for (let ow = 0; ow < outWidth; ow++) {
      const left = ow * strideWidth - padLeft;
      const kwFrom = tapsBefore(0, left, dilationWidth, filterWidth);
      const kwTo = tapsBefore(width, left, dilationWidth, filterWidth);
      const firstRow = (r / outHeight) * height + top + khFrom * dilationHeight;
      const target = dx + <usize>(firstRow * width + left + kwFrom * dilationWidth) * pixel;
      const firstTap = filter + <usize>(khFrom * filterWidth + kwFrom) * outPixel;
      const source = dy + <usize>(r * outWidth + ow) * outPixel;
      let n = 0;
      for (; n < vectors; n += 8) {
        const at = (<usize>n) << 2;
        const low = v128.load(source + at);
        const high = v128.load(source + at, 16);
        for (let kh = khFrom, t = target + at, f = firstTap + at; kh < khTo; kh++) {
          for (let kw = kwFrom, p = t, g = f; kw < kwTo; kw++, p += tap, g += outPixel) {
            v128.store(p, multiplyAdd(low, v128.load(g), v128.load(p)));
            v128.store(p, multiplyAdd(high, v128.load(g, 16), v128.load(p, 16)), 16);
          }
          t += tapRow;
          f += <usize>filterWidth * outPixel;
        }
      }
      for (; n < outChannels; n++) {
        const at = (<usize>n) << 2;
        const value = load<f32>(source + at);
        for (
          let kh = khFrom, t = target + ((<usize>(n / multiplier)) << 2), f = firstTap + at;
          kh < khTo;
          kh++
        ) {
          for (let kw = kwFrom, p = t, g = f; kw < kwTo; kw++, p += tap, g += outPixel) {
            store<f32>(p, load<f32>(p) + value * load<f32>(g));
          }
          t += tapRow;
          f += <usize>filterWidth * outPixel;
        }
      }
    }
  }
}

/**
 * The gradient by the filter: sums[kh][kw][n] = sum of x[image][ih][iw][c] * dy[image][oh][ow][n] over all that
 * depthwiseConv2d multiplied by filter[kh][kw][n]. Each chunk has its own sums, side by side. Output rows
 * (image * outHeight + oh) `from` to `to`.
 */
export function depthwiseFilter(
  x: usize,
  dy: usize,
  sums: usize,
  height: i32,
  width: i32,
  channels: i32,
  multiplier: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  from: i32,
  to: i32,
  chunk: i32,
): void {
  const outChannels = channels * multiplier;
  const vectors = multiplier == 1 ? channels & ~7 : 0;
  const pixel = (<usize>channels) << 2;
  const outPixel = (<usize>outChannels) << 2;
  const next = <usize>strideWidth * pixel;
  const bytes = <usize>(filterHeight * filterWidth) * outPixel;
  sums += <usize>chunk * bytes;
  memory.fill(sums, 0, bytes);

  for (let r = from; r < to; r++) {
    const image = r / outHeight;
    const top = (r - image * outHeight) * strideHeight - padTop;
    const khTo = tapsBefore(height, top, dilationHeight, filterHeight);
    for (let kh = tapsBefore(0, top, dilationHeight, filterHeight); kh < khTo; kh++) {
      for (let kw = 0; kw < filterWidth; kw++) {
        const left = kw * dilationWidth - padLeft;
        const owFrom = tapsBefore(0, left, strideWidth, outWidth);
        const owTo = tapsBefore(width, left, strideWidth, outWidth);
        const ih = image * height + top + kh * dilationHeight;
        const xRow = x + <usize>(ih * width + left + owFrom * strideWidth) * pixel;
        const dyRow = dy + <usize>(r * outWidth + owFrom) * outPixel;
        const target = sums + <usize>(kh * filterWidth + kw) * outPixel;
        let n = 0;
        for (; n < vectors; n += 8) {
          const at = (<usize>n) << 2;
          let low = f32x4.splat(0);
          let high = f32x4.splat(0);
          for (
            let ow = owFrom, p = xRow + at, g = dyRow + at;
            ow < owTo;
            ow++, p += next, g += outPixel
          ) {
            low = multiplyAdd(v128.load(p), v128.load(g), low);
            high = multiplyAdd(v128.load(p, 16), v128.load(g, 16), high);
          }
          v128.store(target + at, f32x4.add(v128.load(target + at), low));
          v128.store(target + at, f32x4.add(v128.load(target + at, 16), high), 16);
        }
        for (; n < outChannels; n++) {
          const at = (<usize>n) << 2;
          let sum: f32 = 0;
          for (
            let ow = owFrom, p = xRow + ((<usize>(n / multiplier)) << 2), g = dyRow + at;
            ow < owTo;
            ow++
          ) {
            sum += load<f32>(p) * load<f32>(g);
            p += next;
            g += outPixel;
          }
          store<f32>(target + at, load<f32>(target + at) + sum);
        }
      }
    }
  }
}
