import { addFour, addOne } from './conv2dFilterSparse';
import { multiplyAdd } from './lanes';
import { padImage } from './padImage';

/**
 * conv2dFilter behind a relu and a max pooling by windows of 2 x 2 that were computed together: of a window one pixel
 * alone has a gradient, which `codes` of conv2dDirect tells, where the pooling's result `pooled` is above 0; `dy` is the
 * gradient of that result. The sums are those of conv2dFilter, added in the same order, without the zeros.
 *
 * `scratch` has `scratchBytes` for each thread: the padded image, 16 bytes, the sums of one channel, the gradients of all
 * channels that are a multiple of 4, and 8 bytes for each pixel of the pooling's result and one more row of it. Images
 * `from` to `to`.
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
  const given = one + oneBytes;
  const pixels = poolHeight * poolWidth;
  const list = given + ((<usize>(((outChannels + 3) & ~3) * pixels)) << 2);
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
    const first = <usize>(i * pixels);
    giveChannels(dy + first * pixel, pooled + first * pixel, outChannels, pixels, given);
    for (let n = 0; n < outChannels; n++) {
      const channel = given + ((<usize>(n * pixels)) << 2);
      const code = codes + first * columns + <usize>n;
      const end = listGiven(
        image,
        right,
        down,
        channel,
        code,
        columns,
        poolHeight,
        poolWidth,
        list,
      );
      memory.fill(one, 0, oneBytes);
      let entry = list;
      if (filterHeight == 3 && rowBytes == 16) {
        addAll(entry, end, paddedRow, one);
        entry = end;
      }
      for (; entry + 32 <= end; entry += 32) addFour(entry, paddedRow, one, filterHeight, rowBytes);
      for (; entry < end; entry += 8) addOne(entry, paddedRow, one, filterHeight, rowBytes);
      let sum = sums + ((<usize>n) << 2);
      for (let row = one; row < given; row += 4) {
        store<f32>(sum, load<f32>(sum) + load<f32>(row));
        sum += (<usize>columns) << 2;
      }
    }
  }
}

/** addOne for all of the list, for a filter of three rows of one vector: the sums stay in registers. */
function addAll(entry: usize, end: usize, imageRow: usize, sum: usize): void {
  let sum0 = f32x4.splat(0);
  let sum1 = sum0;
  let sum2 = sum0;
  for (; entry < end; entry += 8) {
    const x = load<usize>(entry);
    const factor = v128.load_splat<f32>(entry + 4);
    sum0 = multiplyAdd(factor, v128.load(x), sum0);
    sum1 = multiplyAdd(factor, v128.load(x + imageRow), sum1);
    sum2 = multiplyAdd(factor, v128.load(x + 2 * imageRow), sum2);
  }
  v128.store(sum, sum0);
  v128.store(sum, sum1, 16);
  v128.store(sum, sum2, 32);
}

/** to[n][pixel] = the gradient dy[pixel][n] where pooled[pixel][n] is above 0, and 0 elsewhere. */
function giveChannels(dy: usize, pooled: usize, channels: i32, pixels: i32, to: usize): void {
  const next = (<usize>pixels) << 2;
  const row = (<usize>channels) << 2;
  for (let n = 0; n < channels; n += 4) {
    let source = (<usize>n) << 2;
    let target = to + <usize>n * next;
    for (let pixel = 0; pixel < pixels; pixel++) {
      const isOpen = f32x4.gt(v128.load(pooled + source), f32x4.splat(0));
      const v = v128.and(v128.load(dy + source), isOpen);
      v128.store_lane<f32>(target, v, 0);
      v128.store_lane<f32>(target + next, v, 1);
      v128.store_lane<f32>(target + 2 * next, v, 2);
      v128.store_lane<f32>(target + 3 * next, v, 3);
      source += row;
      target += 4;
    }
  }
}

/** Lists the gradients of one channel that are not zero, in the order of their pixels, and where their patches begin. */
function listGiven(
  image: usize,
  right: usize,
  down: usize,
  given: usize,
  code: usize,
  columns: i32,
  poolHeight: i32,
  poolWidth: i32,
  list: usize,
): usize {
  const lowerRow = list + ((<usize>(poolHeight * poolWidth)) << 3);
  for (let oh = 0; oh < poolHeight; oh++) {
    let patch = image;
    let lower = lowerRow; // of each window's lower pixels, which follow when the upper ones are listed
    for (let ow = 0; ow < poolWidth; ow++) {
      const value = load<u32>(given);
      const which = <u32>load<u8>(code);
      const bytes = (<u32>(value << 1 != 0)) << 3; // 0 and -0 are left out
      const isLower = which >> 1;
      const at = patch + <usize>(which & 1) * right;
      store<usize>(list, at);
      store<u32>(list, value, 4);
      store<usize>(lower, at + down);
      store<u32>(lower, value, 4);
      list += <usize>(bytes * (1 - isLower));
      lower += <usize>(bytes * isLower);
      patch += 2 * right;
      given += 4;
      code += columns;
    }
    for (let entry = lowerRow; entry < lower; entry += 8, list += 8)
      store<u64>(list, load<u64>(entry));
    image += 2 * down;
  }
  return list;
}
