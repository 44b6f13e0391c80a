/** Lanes below 0 of any comparison with NaN are false: a NaN never wins, as in the cpu backend. */
// @ts-ignore: decorator
@inline
function larger(a: v128, b: v128): v128 {
  return f32x4.pmax(a, b);
}

/**
 * out[image][oh][ow][c] = the largest of x[image][oh * strideHeight - padTop + kh][ow * strideWidth - padLeft + kw][c]
 * over the window's kh and kw within the image; images in NHWC. Output rows (image * outHeight + oh) `from` to `to`.
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
  const pixel = <usize>channels << 2;
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
 * The gradient of maxPool: each dy goes to the first pixel of its window that equals the window's largest, `out`.
 * Images `from` to `to`.
 */
export function maxPoolGradient(
  x: usize,
  out: usize,
  dy: usize,
  dx: usize,
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
  const pixel = <usize>channels << 2;
  const row = <usize>width * pixel;
  memory.fill(dx + <usize>(from * height) * row, 0, <usize>((to - from) * height) * row);
  for (let r = from * outHeight; r < to * outHeight; r++) {
    const image = r / outHeight;
    const top = (r - image * outHeight) * strideHeight - padTop;
    const hFrom = max(0, top);
    const hTo = min(height, top + filterHeight);
    for (let ow = 0; ow < outWidth; ow++) {
      const left = ow * strideWidth - padLeft;
      const wFrom = max(0, left);
      const wTo = min(width, left + filterWidth);
      const corner = <usize>(image * height + hFrom) * row + <usize>wFrom * pixel;
      const at = <usize>(r * outWidth + ow) * pixel;
      let c: usize = 0;
      for (; c + 16 <= pixel; c += 16) {
        const best = v128.load(out + at + c);
        let give = v128.and(v128.load(dy + at + c), f32x4.gt(best, f32x4.splat(-Infinity)));
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) {
            const here = f32x4.eq(v128.load(x + q), best);
            v128.store(dx + q, f32x4.add(v128.load(dx + q), v128.and(give, here)));
            give = v128.andnot(give, here);
          }
        }
      }
      for (; c < pixel; c += 4) {
        const best = load<f32>(out + at + c);
        let give = best > -Infinity ? load<f32>(dy + at + c) : 0;
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) {
            if (load<f32>(x + q) != best) continue;
            store<f32>(dx + q, load<f32>(dx + q) + give);
            give = 0;
          }
        }
      }
    }
  }
}
