import { packBand } from './band';
import { countGiven, isZero } from './conv2dFilterSparse';
import { scatterGradient } from './conv2dInputSparse';
import { multiplyValues } from './conv2dWinograd';
import {
  BETWEEN,
  transformFilter,
  transformImageGradient,
  transformResultGradient,
} from './winograd';

/**
 * filter[3][3][channels][outChannels] to its 36 values packed[value][c / 8][n][c % 8], for channels that is a multiple
 * of 4, and to turned[n][3][3][channels]. `scratch` has BETWEEN bytes and 9 vectors for each thread. Out channels n
 * `from` to `to`.
 */
export function winogradTurnedFilter(
  filter: usize,
  channels: i32,
  outChannels: i32,
  packed: usize,
  turned: usize,
  scratch: usize,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const between = scratch + <usize>thread * (BETWEEN + 144);
  const weights = between + BETWEEN;
  const panel = (<usize>outChannels) << 5;
  const plane = <usize>((channels + 7) >> 3) * panel;
  const next = (<usize>outChannels) << 2;
  for (let n = from; n < to; n++) {
    for (let c = 0; c < channels; c += 4) {
      for (let tap = 0; tap < 9; tap++) {
        let source = filter + ((<usize>(tap * channels + c) * outChannels + n) << 2);
        let target = weights + ((<usize>tap) << 4);
        for (let i = 0; i < 4; i++, source += next, target += 4)
          store<f32>(target, load<f32>(source));
        const place = turned + ((<usize>((n * 9 + tap) * channels + c)) << 2);
        v128.store(place, v128.load(weights + ((<usize>tap) << 4)));
      }
      const target = packed + <usize>(c >> 3) * panel + ((<usize>n) << 5) + ((<usize>(c & 4)) << 2);
      transformFilter(weights, 16, target, plane, between);
    }
  }
}

/**
 * conv2dInput for 3 x 3 filters, stride 1 and channels a multiple of 4: the transpose of conv2dWinograd, step by step.
 * Tiles of 4 x 4 of dy give tiles of 6 x 6 of dx, which overlap and are added up. Four images of which less than a
 * sixth of dy is not zero are faster without: scatterGradient.
 *
 * `filter` and `turned` are from winogradTurnedFilter. `scratch` as for conv2dWinograd, with 6 x 6 vectors, a row of zeros
 * of dy, and 4 packed rows of 4 * ceil(outWidth / 4) pixels. Groups of 4 images `from` to `to`.
 */
export function conv2dInputWinograd(
  dy: usize,
  filter: usize,
  turned: usize,
  dx: usize,
  batch: i32,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  padTop: i32,
  padLeft: i32,
  tiles: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const tileColumns = (outWidth + 3) >> 2;
  const columns = (channels + 7) & ~7;
  const pixel = (<usize>outChannels) << 4;
  const packedRow = <usize>(4 * tileColumns) * pixel;
  const valuePlane = <usize>tiles * pixel;
  const productPlane = (<usize>(tiles * columns)) << 4;
  const filterPlane = (<usize>(columns * outChannels)) << 2;
  const dxPixel = (<usize>channels) << 2;
  const dxRow = <usize>width * dxPixel;
  const dxImage = <usize>height * dxRow;

  const between = scratch + <usize>thread * scratchBytes;
  const results = between + BETWEEN;
  const zeros = results + 576;
  const rows = zeros + ((<usize>(outWidth * outChannels)) << 2);
  const values = rows + 4 * packedRow;
  const products = values + 36 * valuePlane;
  memory.fill(zeros, 0, values - zeros);

  for (let group = from; group < to; group++) {
    const lane = group << 2;
    const lanes = min(4, batch - lane);
    const dyFloats = outHeight * outWidth * outChannels;
    const dyImages = dy + ((<usize>lane * dyFloats) << 2);
    const given = countGiven(dyImages, lanes * dyFloats);
    memory.fill(dx + <usize>lane * dxImage, 0, <usize>lanes * dxImage);
    if (6 * given < lanes * dyFloats) {
      for (let i = 0; given > 0 && i < lanes; i++) {
        const image = dyImages + ((<usize>i * dyFloats) << 2);
        if (isZero(image, dyFloats)) continue;
        scatterGradient(
          image,
          turned,
          dx + <usize>(lane + i) * dxImage,
          height,
          width,
          channels,
          outHeight,
          outWidth,
          outChannels,
          3,
          3,
          1,
          1,
          padTop,
          padLeft,
          values,
        );
      }
      continue;
    }
    for (let oh = 0; oh < outHeight; oh += 4) {
      packBand(
        dy,
        outHeight,
        outWidth * outChannels,
        1,
        0,
        lane,
        batch,
        oh,
        oh + 4,
        zeros,
        rows,
        packedRow,
      );
      const top = oh - padTop;
      for (let tile = 0; tile < tileColumns; tile += tiles) {
        const count = min(tiles, tileColumns - tile);
        for (let t = 0; t < count; t++) {
          const corner = rows + <usize>(4 * (tile + t)) * pixel;
          transformResultGradient(
            corner,
            pixel,
            packedRow,
            outChannels,
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
          outChannels,
          columns,
          count,
          count,
          6,
        );
        for (let t = 0; t < count; t++) {
          const left = 4 * (tile + t) - padLeft;
          for (let i = 0; i < lanes; i++) {
            const source = products + ((<usize>(4 * t + i) * columns) << 2);
            const image = dx + <usize>(lane + i) * dxImage;
            for (let c: usize = 0; c < dxPixel; c += 16) {
              transformImageGradient(source + c, productPlane, results, between);
              for (let r = max(0, -top); r < min(6, height - top); r++) {
                const target = image + <usize>(top + r) * dxRow + c;
                for (let s = max(0, -left); s < min(6, width - left); s++) {
                  const q = target + <usize>(left + s) * dxPixel;
                  v128.store(
                    q,
                    f32x4.add(v128.load(q), v128.load(results + ((<usize>(6 * r + s)) << 4))),
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
