import { laneOut, packBand } from './band';
import { largest } from './conv2dDirect';
import { activate } from './lanes';
import { ACTIVATE_LINEAR } from './operations';
import { tile4x8 } from './tile';
import { BETWEEN, transformFilter, transformImage, transformResult } from './winograd';

/**
 * filter[3][3][channels][outChannels] to its 36 values packed[value][n / 8][c][n % 8], for outChannels that is a
 * multiple of 4. `scratch` has BETWEEN bytes for each thread. Channels c `from` to `to`.
 */
export function winogradFilter(
  filter: usize,
  channels: i32,
  outChannels: i32,
  packed: usize,
  scratch: usize,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const between = scratch + <usize>thread * BETWEEN;
  const tap = (<usize>(channels * outChannels)) << 2;
  const panel = (<usize>channels) << 5;
  const plane = <usize>((outChannels + 7) >> 3) * panel;
  for (let c = from; c < to; c++) {
    for (let n = 0; n < outChannels; n += 4) {
      const target = packed + <usize>(n >> 3) * panel + ((<usize>c) << 5) + ((<usize>(n & 4)) << 2);
      transformFilter(filter + ((<usize>c * outChannels + n) << 2), tap, target, plane, between);
    }
  }
}

/**
 * conv2d for 3 x 3 filters, stride 1 and outChannels a multiple of 4: see winograd.ts.
 *
 * With `poolHeight` and `poolWidth`, the result is that of a max pooling by windows of 2 x 2 after the activation, and
 * they are its size; both are 0 without a pooling.
 *
 * `filter` is from winogradFilter, `bias` has one float a channel, or is 0. Tiles are computed `tiles` at a time, side by
 * side. `scratch` has for each thread, in this order: BETWEEN bytes, 4 x 4 vectors, a row of zeros, 6 packed rows of
 * 4 * ceil(outWidth / 4) + 2 pixels, the values of `tiles` tiles, their products. Groups of 4 images `from` to `to`.
 */
export function conv2dWinograd(
  x: usize,
  filter: usize,
  bias: usize,
  out: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  padTop: i32,
  padLeft: i32,
  activation: i32,
  poolHeight: i32,
  poolWidth: i32,
  tiles: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const tileColumns = (outWidth + 3) >> 2;
  const columns = (outChannels + 7) & ~7;
  const pixel = (<usize>channels) << 4;
  const packedRow = <usize>(4 * tileColumns + 2) * pixel;
  const valuePlane = <usize>tiles * pixel;
  const productPlane = (<usize>(tiles * columns)) << 4;
  const filterPlane = (<usize>(columns * channels)) << 2;

  const between = scratch + <usize>thread * scratchBytes;
  const results = between + BETWEEN;
  const zeros = results + 256;
  const rows = zeros + ((<usize>(width * channels)) << 2);
  const values = rows + 6 * packedRow;
  const products = values + 36 * valuePlane;
  memory.fill(zeros, 0, values - zeros); // with the margins of the packed rows, which stay zero

  // Rows and columns of results that are stored, or pooled.
  const usedHeight = poolHeight ? 2 * poolHeight : outHeight;
  const usedWidth = poolHeight ? 2 * poolWidth : outWidth;
  const usedTiles = (usedWidth + 3) >> 2;

  for (let group = from; group < to; group++) {
    const lane = group << 2;
    for (let oh = 0; oh < usedHeight; oh += 4) {
      const first = oh - padTop;
      // The last row and column of a tile's values are in the last row and column of its results alone.
      const valueRows = usedHeight - oh > 3 ? 6 : 5;
      const inside = rows + <usize>padLeft * pixel;
      packBand(
        x,
        height,
        width * channels,
        1,
        0,
        lane,
        batch,
        first,
        first + 6,
        zeros,
        inside,
        packedRow,
      );
      for (let tile = 0; tile < usedTiles; tile += tiles) {
        const count = min(tiles, usedTiles - tile);
        const whole = min(count, (usedWidth >> 2) - tile);
        for (let t = 0; t < count; t++) {
          const corner = rows + <usize>(4 * (tile + t)) * pixel;
          transformImage(
            corner,
            pixel,
            packedRow,
            channels,
            valueRows,
            values + <usize>t * pixel,
            valuePlane,
            between,
          );
        }
        multiplyValues(
          values,
          valuePlane,
          filter,
          filterPlane,
          products,
          productPlane,
          channels,
          columns,
          count,
          whole,
          valueRows,
        );
        for (let t = 0; t < count; t++) {
          for (let i = 0; i < 4; i++) {
            const source = products + ((<usize>(4 * t + i) * columns) << 2);
            const ow = 4 * (tile + t);
            for (let n = 0; n < outChannels; n += 4) {
              transformResult(source + ((<usize>n) << 2), productPlane, results, between);
              const start = bias ? v128.load(bias + ((<usize>n) << 2)) : f32x4.splat(0);
              if (poolHeight) {
                const top = oh >> 1;
                const left = ow >> 1;
                for (let r = 0; r < 2; r++) {
                  const target = laneOut(
                    out,
                    poolHeight,
                    poolWidth * outChannels,
                    1,
                    0,
                    lane + i,
                    batch,
                    top + r,
                  );
                  if (!target) break;
                  for (let c = 0; c < min(2, poolWidth - left); c++) {
                    const window = results + ((<usize>(8 * r + 2 * c)) << 4);
                    const best = largest(
                      f32x4.add(v128.load(window), start),
                      f32x4.add(v128.load(window, 16), start),
                      f32x4.add(v128.load(window, 64), start),
                      f32x4.add(v128.load(window, 80), start),
                      activation,
                    );
                    v128.store(target + ((<usize>(left + c) * outChannels + n) << 2), best);
                  }
                }
                continue;
              }
              for (let r = 0; r < 4; r++) {
                const target = laneOut(
                  out,
                  outHeight,
                  outWidth * outChannels,
                  1,
                  0,
                  lane + i,
                  batch,
                  oh + r,
                );
                if (!target) break;
                for (let c = 0; c < min(4, outWidth - ow); c++) {
                  const v = f32x4.add(v128.load(results + ((<usize>(4 * r + c)) << 4)), start);
                  v128.store(
                    target + ((<usize>(ow + c) * outChannels + n) << 2),
                    activate(v, activation),
                  );
                }
              }
            }
          }
        }
      }
    }
  }
}

/**
 * For each of the 36 values: products[tile][lane][column] = sum over c of values[tile][c][lane] * filter[c][column],
 * for `count` tiles of 4 lanes and `columns`, a multiple of 8. Planes are bytes from one of the 36 to the next. Of the 6 x 6
 * values the first `valueRows` rows are computed, and of the last column those of the first `whole` tiles.
 */
export function multiplyValues(
  values: usize,
  valuePlane: usize,
  filter: usize,
  filterPlane: usize,
  products: usize,
  productPlane: usize,
  channels: i32,
  columns: i32,
  count: i32,
  whole: i32,
  valueRows: i32,
): void {
  const tileBytes = (<usize>channels) << 4;
  const outRow = (<usize>columns) << 2;
  for (let value = 0; value < 6 * valueRows; value++) {
    const last = value % 6 == 5 ? whole : count;
    for (let column = 0; column < columns; column += 8) {
      const panel = filter + ((<usize>column * channels) << 2);
      for (let t = 0; t < last; t++) {
        const target = products + <usize>(4 * t) * outRow + ((<usize>column) << 2);
        tile4x8(
          values + <usize>t * tileBytes,
          16,
          0,
          panel,
          32,
          0,
          channels,
          1,
          f32x4.splat(0),
          f32x4.splat(0),
          ACTIVATE_LINEAR,
          false,
          target,
          target + outRow,
          target + 2 * outRow,
          target + 3 * outRow,
          8,
        );
      }
    }
    values += valuePlane;
    filter += filterPlane;
    products += productPlane;
  }
}
