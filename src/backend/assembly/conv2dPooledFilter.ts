import { addFour, addOne } from './conv2dFilterSparse';
import { padImage } from './padImage';

/**
 * conv2dFilter behind a relu and a max pooling by windows of 2 x 2 that were computed together: of a window one pixel
 * alone has a gradient, which `codes` of conv2dDirect tells, where the pooling's result `pooled` is above 0; `dy` is the
 * gradient of that result. The sums are those of conv2dFilter, added in the same order, without the zeros.
 *
 * `scratch` has `scratchBytes` for each thread: the padded image, 16 bytes, the sums of one channel, and 8 bytes for each
 * pixel of the pooling's result. Images `from` to `to`.
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
  const rows = (filterWidth * channels + 3) & ~3;
  const columns = (outChannels + 7) & ~7;
  const rowBytes = (<usize>rows) << 2;
  const paddedHeight = (outHeight - 1) * strideHeight + filterHeight;
  const paddedWidth = (outWidth - 1) * strideWidth + filterWidth;
  const paddedRow = (<usize>(paddedWidth * channels)) << 2;
  const right = (<usize>(strideWidth * channels)) << 2;
  const down = <usize>strideHeight * paddedRow;
  const pixel = (<usize>outChannels) << 2;

  const image = scratch + <usize>thread * scratchBytes;
  // A row of sums is filled up to whole vectors: the last reads up to 3 floats past the image.
  const one = image + <usize>paddedHeight * paddedRow + 16;
  const oneBytes = <usize>filterHeight * rowBytes;
  const list = one + oneBytes;
  sums += <usize>chunk * sumsBytes;
  memory.fill(sums, 0, sumsBytes);

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
      image,
    );
    const first = <usize>(i * poolHeight * poolWidth);
    for (let n = 0; n < outChannels; n++) {
      const at = first * pixel + ((<usize>n) << 2);
      const code = codes + first * columns + <usize>n;
      const end = listGiven(
        image,
        right,
        down,
        dy + at,
        pooled + at,
        pixel,
        code,
        columns,
        poolHeight,
        poolWidth,
        list,
      );
      memory.fill(one, 0, oneBytes);
      let entry = list;
      for (; entry + 32 <= end; entry += 32) addFour(entry, paddedRow, one, filterHeight, rowBytes);
      for (; entry < end; entry += 8) addOne(entry, paddedRow, one, filterHeight, rowBytes);
      let sum = sums + ((<usize>n) << 2);
      for (let row = one; row < list; row += 4) {
        store<f32>(sum, load<f32>(sum) + load<f32>(row));
        sum += (<usize>columns) << 2;
      }
    }
  }
}

/** Lists the gradients of one channel that are not zero, in the order of their pixels, and where their patches begin. */
function listGiven(
  image: usize,
  right: usize,
  down: usize,
  dy: usize,
  pooled: usize,
  pixel: usize,
  code: usize,
  columns: i32,
  poolHeight: i32,
  poolWidth: i32,
  list: usize,
): usize {
  for (let oh = 0; oh < poolHeight; oh++) {
    for (let half: u32 = 0; half < 2; half++, image += down) {
      let patch = image;
      let dyNow = dy;
      let pooledNow = pooled;
      let codeNow = code;
      for (let ow = 0; ow < poolWidth; ow++) {
        const which = <u32>load<u8>(codeNow);
        const given = load<f32>(dyNow);
        store<usize>(list, patch + (which & 1 ? right : 0));
        store<f32>(list + 4, given);
        const isHere =
          <i32>(which >> 1 == half) & <i32>(load<f32>(pooledNow) > 0) & <i32>(given != 0);
        list += (<usize>isHere) << 3;
        patch += 2 * right;
        dyNow += pixel;
        pooledNow += pixel;
        codeNow += columns;
      }
    }
    dy += <usize>poolWidth * pixel;
    pooled += <usize>poolWidth * pixel;
    code += <usize>(poolWidth * columns);
  }
  return list;
}
