import { LINEAR, storeLanes } from './lanes';
import { packPanel } from './pack';
import { tile4x8 } from './tile';

/**
 * The gradient of a convolution by its filter, summed over images `from` to `to`:
 *
 *   sums[kh][kw * channels + c][n] = sum over images, oh, ow of
 *     x[image][oh * strideHeight - padTop + kh][ow * strideWidth - padLeft + kw][c] * dy[image][oh][ow][n]
 *
 * Each chunk has its own sums at `sums + chunk * sumsBytes`: [filterHeight][rows][columns], the rows
 * (kw * channels + c) and columns (n) filled up to multiples of 4 and 8. `scratch` has `scratchBytes` for each thread:
 * the padded image, 16 bytes, then 8 columns of dy.
 */
export function conv2dFilter(
  x: usize,
  dy: usize,
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
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  chunk: i32,
  thread: i32,
): void {
  const rows = (filterWidth * channels + 3) & ~3;
  const columns = (outChannels + 7) & ~7;
  const rowBytes = <usize>columns << 2;
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  const paddedRow = <usize>(paddedWidth * channels) << 2;
  const outPixels = outHeight * outWidth;

  const image = scratch + <usize>thread * scratchBytes;
  // The last tile of a row reads up to 3 floats past the image.
  const packed = image + <usize>paddedHeight * paddedRow + 16;
  // Copying 8 columns of dy is worth it where they are read often. Read in place, the last of them may be those of the
  // next pixel: sums that nobody looks at.
  const isPacked = filterHeight * rows > 32 && outChannels > 8;
  const dyPixel = <usize>outChannels << 2;
  const step: usize = isPacked ? 32 : dyPixel;
  sums += <usize>chunk * sumsBytes;
  memory.fill(sums, 0, <usize>(filterHeight * rows) * rowBytes);

  for (let i = from; i < to; i++) {
    padImage(
      x + ((<usize>i * height * width * channels) << 2),
      height, width, channels, padTop, padLeft, paddedHeight, paddedWidth,
      image,
    );
    const dyImage = dy + <usize>(i * outPixels) * dyPixel;
    for (let n = 0; n < outChannels; n += 8) {
      let panel = dyImage + (n << 2);
      if (isPacked) {
        packPanel(panel, outChannels, 1, outPixels, min(8, outChannels - n), packed);
        panel = packed;
      }
      for (let kh = 0; kh < filterHeight; kh++) {
        for (let row = 0; row < rows; row += 4) {
          const sum = sums + <usize>(kh * rows + row) * rowBytes + (n << 2);
          tile4x8(
            image + <usize>kh * paddedRow + (row << 2), <usize>(strideWidth * channels) << 2, <usize>strideHeight * paddedRow,
            panel, step, <usize>outWidth * step,
            outWidth, outHeight,
            f32x4.splat(0), f32x4.splat(0), LINEAR, true,
            sum, sum + rowBytes, sum + 2 * rowBytes, sum + 3 * rowBytes,
            8,
          );
        }
      }
    }
  }
}

/** Copies the part of an image that the convolution reads, with its margin of zeros. */
export function padImage(
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  padTop: i32,
  padLeft: i32,
  paddedHeight: i32,
  paddedWidth: i32,
  to: usize,
): void {
  const left = <usize>(min(padLeft, paddedWidth) * channels) << 2;
  const middle = <usize>(max(0, min(width, paddedWidth - padLeft)) * channels) << 2;
  const paddedRow = <usize>(paddedWidth * channels) << 2;
  for (let row = 0; row < paddedHeight; row++) {
    const h = row - padTop;
    if (h < 0 || h >= height) {
      memory.fill(to, 0, paddedRow);
    } else {
      memory.fill(to, 0, left);
      memory.copy(to + left, x + ((<usize>(h * width) * channels) << 2), middle);
      memory.fill(to + left + middle, 0, paddedRow - left - middle);
    }
    to += paddedRow;
  }
}

/** out[kh][row][n] = the sums of all chunks, added in their order. Rows (kh * rowFloats + row) `from` to `to`. */
export function conv2dFilterTotal(
  sums: usize,
  sumsBytes: i32,
  chunks: i32,
  out: usize,
  rowFloats: i32,
  outChannels: i32,
  from: i32,
  to: i32,
): void {
  const rows = (rowFloats + 3) & ~3;
  const columns = (outChannels + 7) & ~7;
  for (let r = from; r < to; r++) {
    const kh = r / rowFloats;
    let source = sums + ((<usize>(kh * rows + r - kh * rowFloats) * columns) << 2);
    let target = out + ((<usize>r * outChannels) << 2);
    for (let n = outChannels; n > 0; n -= 4) {
      let total = v128.load(source);
      let next = source;
      for (let chunk = 1; chunk < chunks; chunk++) {
        next += sumsBytes;
        total = f32x4.add(total, v128.load(next));
      }
      storeLanes(target, total, min(4, n));
      source += 16;
      target += 16;
    }
  }
}
