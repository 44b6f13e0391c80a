/**
 * out[image][oh][ow][c] = the mean of x[image][oh * strideHeight - padTop + kh][ow * strideWidth - padLeft + kw][c]
 * over the window's kh and kw within the image. Output rows (image * outHeight + oh) `from` to `to`.
 */
export function avgPool(
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
      const share = f32x4.splat(1 / <f32>((hTo - hFrom) * (wTo - wFrom)));
      const corner = x + <usize>(image * height + hFrom) * row + <usize>wFrom * pixel;
      const target = out + <usize>(r * outWidth + ow) * pixel;
      let c: usize = 0;
      for (; c + 16 <= pixel; c += 16) {
        let sum = f32x4.splat(0);
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) sum = f32x4.add(sum, v128.load(q));
        }
        v128.store(target + c, f32x4.mul(sum, share));
      }
      for (; c < pixel; c += 4) {
        let sum: f32 = 0;
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) sum += load<f32>(q);
        }
        store<f32>(target + c, sum * f32x4.extract_lane(share, 0));
      }
    }
  }
}

/**
 * The gradient of avgPool: each pixel of a window gets an equal share of its dy. As in the cpu backend a share is
 * 1 / (filterHeight * filterWidth), at the borders of the image too. Images `from` to `to`.
 */
export function avgPoolGradient(
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
  const pixel = (<usize>channels) << 2;
  const row = <usize>width * pixel;
  const share = f32x4.splat(1 / <f32>(filterHeight * filterWidth));
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
      const corner = dx + <usize>(image * height + hFrom) * row + <usize>wFrom * pixel;
      const source = dy + <usize>(r * outWidth + ow) * pixel;
      let c: usize = 0;
      for (; c + 16 <= pixel; c += 16) {
        const give = f32x4.mul(v128.load(source + c), share);
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) {
            v128.store(q, f32x4.add(v128.load(q), give));
          }
        }
      }
      for (; c < pixel; c += 4) {
        const give = load<f32>(source + c) * f32x4.extract_lane(share, 0);
        for (let h = hFrom, p = corner + c; h < hTo; h++, p += row) {
          for (let w = wFrom, q = p; w < wTo; w++, q += pixel) store<f32>(q, load<f32>(q) + give);
        }
      }
    }
  }
}
