import { addSparseGradient, countGiven, isZero } from './conv2dFilterSparse';
import { storeLanes } from './lanes';
import { ACTIVATE_LINEAR } from './operations';
import { packPanel } from './pack';
import { padImage } from './padImage';
import { tile4x8 } from './tile';

/**
 * The gradient of a convolution by its filter, summed over images `from` to `to`:
 *
 *   sums[kh][kw * channels + c][n] = sum over images, oh, ow of
 *     x[image][oh * strideHeight - padTop + kh][ow * strideWidth - padLeft + kw][c] * dy[image][oh][ow][n]
 *
 * Each chunk has its own sums at `sums + chunk * sumsBytes`: [filterHeight][rows][columns], the rows
 * (kw * channels + c) and columns (n) filled up to multiples of 4 and 8. What images with a sparse dy add is summed at
 * `sparseSums + chunk * sparseBytes`: [outChannels][filterHeight][rows]; with sparseSums 0 none are taken for sparse.
 * `scratch` has `scratchBytes` for each thread: the padded image, 16 bytes, then 8 columns of dy (or the list of those that are not zero).
 */
export function conv2dFilter(
  x: usize,
  dy: usize,
  sums: usize,
  sumsBytes: i32,
  sparseSums: usize,
  sparseBytes: i32,
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
  const rowBytes = (<usize>columns) << 2;
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  const paddedRow = (<usize>(paddedWidth * channels)) << 2;
  const outPixels = outHeight * outWidth;
  const right = (<usize>(strideWidth * channels)) << 2;
  const down = <usize>strideHeight * paddedRow;

  const image = scratch + <usize>thread * scratchBytes;
  // The last tile of a row reads up to 3 floats past the image.
  const packed = image + <usize>paddedHeight * paddedRow + 16;
  // Copying 8 columns of dy is worth it where they are read often. Read in place, the last of them may be those of the
  // next pixel: sums that nobody looks at.
  const isPacked = filterHeight * rows > 32 && outChannels > 8;
  const dyPixel = (<usize>outChannels) << 2;
  const step: usize = isPacked ? 32 : dyPixel;
  sums += <usize>chunk * sumsBytes;
  memory.fill(sums, 0, <usize>(filterHeight * rows) * rowBytes);
  if (sparseSums) {
    sparseSums += <usize>chunk * sparseBytes;
    memory.fill(sparseSums, 0, sparseBytes);
  }

  for (let i = from; i < to; i++) {
    const dyImage = dy + <usize>(i * outPixels) * dyPixel;
    if (isZero(dyImage, outPixels * outChannels)) continue; // the loss does not depend on the image
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
    if (
      sparseSums &&
      5 * countGiven(dyImage, outPixels * outChannels) < 2 * outPixels * outChannels
    ) {
      addSparseGradient(
        image,
        paddedRow,
        right,
        down,
        dyImage,
        outHeight,
        outWidth,
        outChannels,
        sparseSums,
        filterHeight,
        (<usize>rows) << 2,
        packed,
      );
      continue;
    }
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
            image + <usize>kh * paddedRow + (row << 2),
            right,
            down,
            panel,
            step,
            <usize>outWidth * step,
            outWidth,
            outHeight,
            f32x4.splat(0),
            f32x4.splat(0),
            ACTIVATE_LINEAR,
            true,
            sum,
            sum + rowBytes,
            sum + 2 * rowBytes,
            sum + 3 * rowBytes,
            8,
          );
        }
      }
    }
  }
}

/**
 * out[kh][row][n] = the sums of all chunks, added in their order, those of sparse gradients last. Rows
 * (kh * rowFloats + row) `from` to `to`.
 */
export function conv2dFilterTotal(
  sums: usize,
  sumsBytes: i32,
  sparseSums: usize,
  sparseBytes: i32,
  chunks: i32,
  out: usize,
  filterHeight: i32,
  rowFloats: i32,
  outChannels: i32,
  from: i32,
  to: i32,
): void {
  const rows = (rowFloats + 3) & ~3;
  const columns = (outChannels + 7) & ~7;
  for (let r = from; r < to; r++) {
    const kh = r / rowFloats;
    const row = kh * rows + r - kh * rowFloats;
    const source = sums + ((<usize>row * columns) << 2);
    const target = out + ((<usize>r * outChannels) << 2);
    for (let n = 0; n < outChannels; n += 4) {
      let total = f32x4.splat(0);
      for (let chunk = 0; chunk < chunks; chunk++) {
        total = f32x4.add(total, v128.load(source + <usize>chunk * sumsBytes + ((<usize>n) << 2)));
      }
      storeLanes(target + ((<usize>n) << 2), total, min(4, outChannels - n));
    }
    if (!sparseSums) continue;
    for (let n = 0; n < outChannels; n++) {
      let one = sparseSums + ((<usize>(n * filterHeight * rows) + row) << 2);
      let total: f32 = 0;
      for (let chunk = 0; chunk < chunks; chunk++, one += sparseBytes) total += load<f32>(one);
      const place = target + ((<usize>n) << 2);
      store<f32>(place, load<f32>(place) + total);
    }
  }
}
