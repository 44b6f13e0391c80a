// Max pooling of images in NHWC. As in the cpu backend, NaN never wins: comparisons with it are false.

/** `b` where it is larger than `a`, and `a` elsewhere. */
// @inline
function larger(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

/**
 * out[image][oh][ow][c] = the largest of x[image][oh * strideHeight - padTop + kh][ow * strideWidth - padLeft + kw][c]
 * over the window's kh and kw within the image. Output rows (image * outHeight + oh) `from` to `to`.
 */
export function maxPool(
  x: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  from: i32,
  to: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const row = <usize>width * pixel;
  for (let r = from; r < to; r++) {
    const image = r / outHeight;
    const top = (r - image * outHeight) * strideHeight - padTop;
    const hFrom = max(0, top);
    const hTo = min(height, top + filterHeight);
    for (let ow = 0; ow < outWidth; ow++) {
      const left = ow * strideWidth - padLeft;
      const wFrom = max(0, left);
      const wTo = min(width, left + filterWidth);
      const corner = x + <usize>(image * height + hFrom) * row + <usize>wFrom * pixel;
      const target = out + <usize>(r * outWidth + ow) * pixel;
      let c: usize = 0;
      if (hTo - hFrom == 2 && wTo - wFrom == 2) {
        for (; c + 16 <= pixel; c += 16) {
          const p = corner + c;
          let best = larger(f32x4.splat(-Infinity), v128.load(p));
          best = larger(best, v128.load(p + pixel));
          best = larger(best, v128.load(p + row));
          best = larger(best, v128.load(p + row + pixel));
          v128.store(target + c, best);
        }
      }
      for (; c + 16 <= pixel; c += 16) {
        let best = f32x4.splat(-Infinity);
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) best = larger(best, v128.load(q));
        }
        v128.store(target + c, best);
      }
      for (; c < pixel; c += 4) {
        let best: f32 = -Infinity;
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) {
            const value = load<f32>(q);
            if (value > best) best = value;
          }
        }
        store<f32>(target + c, best);
      }
    }
  }
}

/**
 * The gradient of maxPool: each dy goes to the first pixel of its window that equals the window's largest, `out`, if
 * that is above `least` (with 0, it is also the gradient of a relu before the pooling). Images `from` to `to`.
 */
export function maxPoolGradient(
  x: usize,
  out: usize,
  dy: usize,
  dx: usize,
  least: f32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  from: i32,
  to: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const row = <usize>width * pixel;
  // Windows that do not overlap: each pixel gets its gradient once, and those in no window stay zero.
  const isTiled = filterHeight == strideHeight && filterWidth == strideWidth;
  const tiledHeight = isTiled ? min(height, outHeight * strideHeight - padTop) : 0;
  const tiledWidth = isTiled ? min(width, outWidth * strideWidth - padLeft) : 0;
  for (let image = from; image < to; image++) {
    const first = <usize>(image * height) * row;
    clearRest(dx + first, height, row, tiledHeight, <usize>tiledWidth * pixel);
    for (let oh = 0; oh < outHeight; oh++) {
      const top = oh * strideHeight - padTop;
      const hFrom = max(0, top);
      const rows = min(height, top + filterHeight) - hFrom;
      for (let ow = 0; ow < outWidth; ow++) {
        const left = ow * strideWidth - padLeft;
        const wFrom = max(0, left);
        const columns = min(width, left + filterWidth) - wFrom;
        const corner = first + <usize>hFrom * row + <usize>wFrom * pixel;
        const at = <usize>((image * outHeight + oh) * outWidth + ow) * pixel;
        if (isTiled && rows == 2 && columns == 2) {
          scatter(x + corner, out + at, dy + at, dx + corner, least, pixel, row, 2, 2, true);
        } else {
          scatter(
            x + corner,
            out + at,
            dy + at,
            dx + corner,
            least,
            pixel,
            row,
            rows,
            columns,
            isTiled,
          );
        }
      }
    }
  }
}

/** Clears an image but for the upper left `tiledHeight` rows of `tiledRow` bytes. */
function clearRest(dx: usize, height: i32, row: usize, tiledHeight: i32, tiledRow: usize): void {
  for (let h = 0; h < tiledHeight; h++, dx += row) memory.fill(dx + tiledRow, 0, row - tiledRow);
  if (height > tiledHeight) memory.fill(dx, 0, <usize>(height - tiledHeight) * row);
}

/** One window of `rows` x `columns` pixels: `dx` takes its dy, or, unless `isFirst`, adds it. */
// @inline
function scatter(
  x: usize,
  out: usize,
  dy: usize,
  dx: usize,
  least: f32,
  pixel: usize,
  row: usize,
  rows: i32,
  columns: i32,
  isFirst: bool,
): void {
  let c: usize = 0;
  for (; c + 16 <= pixel; c += 16) {
    const best = v128.load(out + c);
    let give = v128.and(v128.load(dy + c), f32x4.gt(best, f32x4.splat(least)));
    if (!v128.any_true(give)) {
      // Four windows that the loss does not depend on: x is not looked at.
      if (!isFirst) continue;
      for (let i = 0, p = c; i < rows; i++, p += row) {
        for (let j = 0, q = p; j < columns; j++, q += pixel) v128.store(dx + q, f32x4.splat(0));
      }
      continue;
    }
    for (let i = 0, p = c; i < rows; i++, p += row) {
      for (let j = 0, q = p; j < columns; j++, q += pixel) {
        const isHere = f32x4.eq(v128.load(x + q), best);
        const here = v128.and(give, isHere);
        v128.store(dx + q, isFirst ? here : f32x4.add(v128.load(dx + q), here));
        give = v128.andnot(give, isHere);
      }
    }
  }
  for (; c < pixel; c += 4) {
    const best = load<f32>(out + c);
    let give = best > least ? load<f32>(dy + c) : 0;
    for (let i = 0, p = c; i < rows; i++, p += row) {
      for (let j = 0, q = p; j < columns; j++, q += pixel) {
        const isHere = load<f32>(x + q) == best;
        const here: f32 = isHere ? give : 0;
        store<f32>(dx + q, isFirst ? here : load<f32>(dx + q) + here);
        if (isHere) give = 0;
      }
    }
  }
}
