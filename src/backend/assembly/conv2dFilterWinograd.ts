import { padImage } from './conv2dFilter';
import { LINEAR } from './lanes';
import { tile4x8 } from './tile';
import { BETWEEN, transformFilterGradient, transformImage, transformResultGradient } from './winograd';

/** Images whose values are multiplied together: enough for long sums, and few enough for the cache. */
const BLOCK: i32 = 4;

/**
 * conv2dFilter for 3 x 3 filters, stride 1, channels and outChannels multiples of 4: the sums over images `from` to `to`
 * of the products of the 36 values (winograd.ts) of the tiles of x and dy,
 *
 *   sums[value][c][n] = sum over images and tiles of values(x)[c] * values(dy)[n]
 *
 * Each chunk has its own at `sums + chunk * sumsBytes`, with rows of outChannels filled up to a multiple of 8. `scratch`
 * has for each thread: BETWEEN bytes, an image of x with margins (4 * tiles + 2 pixels high and wide), one of dy
 * (4 * tiles), and the values of 4 images of each, those of dy in rows of such a filled up length.
 */
export function conv2dFilterWinograd(
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
  padTop: i32,
  padLeft: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  chunk: i32,
  thread: i32,
): void {
  const tileRows = (outHeight + 3) >> 2;
  const tileColumns = (outWidth + 3) >> 2;
  const tiles = tileRows * tileColumns;
  const columns = (outChannels + 7) & ~7;
  const xPixel = <usize>channels << 2;
  const dyPixel = <usize>outChannels << 2;
  const xRow = <usize>(4 * tileColumns + 2) * xPixel;
  const dyRow = <usize>(4 * tileColumns) * dyPixel;
  const valueRow = <usize>columns << 2;
  const xPlane = <usize>(BLOCK * tiles) * xPixel;
  const dyPlane = <usize>(BLOCK * tiles) * valueRow;
  const sumPlane = <usize>channels * valueRow;

  const between = scratch + <usize>thread * scratchBytes;
  const xImage = between + BETWEEN;
  const dyImage = xImage + <usize>(4 * tileRows + 2) * xRow;
  const xValues = dyImage + <usize>(4 * tileRows) * dyRow;
  const dyValues = xValues + 36 * xPlane;
  sums += <usize>chunk * sumsBytes;
  memory.fill(sums, 0, 36 * sumPlane);

  for (let block = from; block < to; block += BLOCK) {
    const images = min(BLOCK, to - block);
    for (let i = 0; i < images; i++) {
      padImage(
        x + <usize>((block + i) * height * width) * xPixel,
        height, width, channels, padTop, padLeft, 4 * tileRows + 2, 4 * tileColumns + 2,
        xImage,
      );
      padImage(
        dy + <usize>((block + i) * outHeight * outWidth) * dyPixel,
        outHeight, outWidth, outChannels, 0, 0, 4 * tileRows, 4 * tileColumns,
        dyImage,
      );
      for (let r = 0; r < tileRows; r++) {
        for (let c = 0; c < tileColumns; c++) {
          const tile = <usize>(i * tiles + r * tileColumns + c);
          transformImage(
            xImage + <usize>(4 * r) * xRow + <usize>(4 * c) * xPixel, xPixel, xRow, channels >> 2,
            xValues + tile * xPixel, xPlane, between,
          );
          transformResultGradient(
            dyImage + <usize>(4 * r) * dyRow + <usize>(4 * c) * dyPixel, dyPixel, dyRow, outChannels >> 2,
            dyValues + tile * valueRow, dyPlane, between,
          );
        }
      }
    }
    for (let value: usize = 0; value < 36; value++) {
      for (let n = 0; n < columns; n += 8) {
        const b = dyValues + value * dyPlane + (<usize>n << 2);
        for (let c = 0; c < channels; c += 4) {
          const sum = sums + value * sumPlane + <usize>c * valueRow + (<usize>n << 2);
          tile4x8(
            xValues + value * xPlane + (<usize>c << 2), xPixel, 0,
            b, valueRow, 0,
            images * tiles, 1,
            f32x4.splat(0), f32x4.splat(0), LINEAR, true,
            sum, sum + valueRow, sum + 2 * valueRow, sum + 3 * valueRow,
            8,
          );
        }
      }
    }
  }
}

/**
 * The filter's gradient out[3][3][channels][outChannels] from the sums of all chunks, added in their order. `scratch` has
 * BETWEEN bytes and 36 vectors for each thread. Channels c `from` to `to`.
 */
export function winogradFilterTotal(
  sums: usize,
  sumsBytes: i32,
  chunks: i32,
  out: usize,
  channels: i32,
  outChannels: i32,
  scratch: usize,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const between = scratch + <usize>thread * (BETWEEN + 576);
  const totals = between + BETWEEN;
  const row = <usize>((outChannels + 7) & ~7) << 2;
  const tap = <usize>(channels * outChannels) << 2;
  for (let c = from; c < to; c++) {
    for (let n = 0; n < outChannels; n += 4) {
      for (let value = 0; value < 36; value++) {
        let source = sums + <usize>(value * channels + c) * row + (<usize>n << 2);
        let total = v128.load(source);
        for (let chunk = 1; chunk < chunks; chunk++) {
          source += sumsBytes;
          total = f32x4.add(total, v128.load(source));
        }
        v128.store(totals + (<usize>value << 4), total);
      }
      transformFilterGradient(totals, 16, out + ((<usize>c * outChannels + n) << 2), tap, between);
    }
  }
}
