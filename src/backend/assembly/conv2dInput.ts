import { laneOut, packBand } from './band';
import { ACTIVATE_LINEAR } from './operations';
import { packPanel } from './pack';
import { tile4x8 } from './tile';

// The gradient of a convolution by its input, which is also the transposed convolution: each pixel of dx gathers from
// the pixels of dy that it went into. As oh goes up by 1, the tap kh = ih + padTop - oh * strideHeight goes down by
// strideHeight: hence the filter is packed with its taps turned around, and those of a row sorted by kw % strideWidth,
// so that the taps a pixel needs lie side by side.

/** Packs filter[kh][kw][c][n] for conv2dInput: panels of 8 input channels c. Panels `from` to `to`. */
export function packTurnedFilter(
  filter: usize,
  filterHeight: i32,
  filterWidth: i32,
  channels: i32,
  outChannels: i32,
  strideWidth: i32,
  packed: usize,
  from: i32,
  to: i32,
): void {
  const tap = (<usize>outChannels) << 5;
  for (let panel = from; panel < to; panel++) {
    const c = panel << 3;
    let p = packed + <usize>(panel * filterHeight * filterWidth) * tap;
    for (let kh = filterHeight - 1; kh >= 0; kh--) {
      for (let rest = 0; rest < strideWidth; rest++) {
        for (let turn = tapsOf(rest, filterWidth, strideWidth) - 1; turn >= 0; turn--) {
          const kw = rest + turn * strideWidth;
          const first = (kh * filterWidth + kw) * channels + c;
          const source = filter + ((<usize>first * outChannels) << 2);
          packPanel(source, 1, outChannels, outChannels, min(8, channels - c), p);
          p += tap;
        }
      }
    }
  }
}

/** How many kw below `filterWidth` leave `rest` when divided by `stride`. */
// @inline
function tapsOf(rest: i32, filterWidth: i32, stride: i32): i32 {
  return (filterWidth - rest + stride - 1) / stride;
}

/** ceil(a / b) for b > 0. */
// @inline
function ceilDivide(a: i32, b: i32): i32 {
  return a > 0 ? (a + b - 1) / b : -(-a / b);
}

/**
 * dx[image][ih][iw][c] = sum over kh, kw, n of dy[image][oh][ow][n] * filter[kh][kw][c][n] with
 * oh * strideHeight + kh = ih + padTop, ow * strideWidth + kw = iw + padLeft.
 *
 * `height`, `width` and `channels` are of dx; `bandHeight` is a multiple of strideHeight. `scratch` as in conv2d.
 */
export function conv2dInput(
  dy: usize,
  filter: usize,
  dx: usize,
  batch: i32,
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
  bands: i32,
  bandHeight: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const lanes = batch * bands;
  const pixel = (<usize>outChannels) << 4;
  const packedRow = <usize>outWidth * pixel;
  const tap = (<usize>outChannels) << 5;
  const tapRow = <usize>filterWidth * tap;
  const panelBytes = <usize>filterHeight * tapRow;
  const dxPixel = (<usize>channels) << 2;

  const zeros = scratch + <usize>thread * scratchBytes;
  const rows = zeros + ((<usize>(outWidth * outChannels)) << 2);
  memory.fill(zeros, 0, rows - zeros);
  // Rows of dy that reach the band, counted from the row that bandStep counts from.
  const reach = ceilDivide(padTop - filterHeight + 1, strideHeight);
  const top = bands == 1 ? max(0, reach) : reach;
  const bottom = (padTop + bandHeight - 1) / strideHeight + 1;
  const end = bands == 1 ? min(outHeight, bottom) : bottom;

  for (let group = from; group < to; group++) {
    const lane = group << 2;
    packBand(
      dy,
      outHeight,
      outWidth * outChannels,
      bands,
      bandHeight / strideHeight,
      lane,
      lanes,
      top,
      end,
      zeros,
      rows,
      packedRow,
    );
    for (let ih = 0; ih < bandHeight; ih++) {
      const ohFrom = max(top, ceilDivide(ih + padTop - filterHeight + 1, strideHeight));
      const ohTo = min(end, (ih + padTop) / strideHeight + 1);
      const kh = ih + padTop - ohFrom * strideHeight;
      const packed = rows + <usize>(ohFrom - top) * packedRow;
      const out0 = laneOut(dx, height, width * channels, bands, bandHeight, lane, lanes, ih);
      const out1 = laneOut(dx, height, width * channels, bands, bandHeight, lane + 1, lanes, ih);
      const out2 = laneOut(dx, height, width * channels, bands, bandHeight, lane + 2, lanes, ih);
      const out3 = laneOut(dx, height, width * channels, bands, bandHeight, lane + 3, lanes, ih);
      for (let c = 0; c < channels; c += 8) {
        const panel =
          filter + <usize>(c >> 3) * panelBytes + <usize>(filterHeight - 1 - kh) * tapRow;
        const count = min(8, channels - c);
        let at = (<usize>c) << 2;
        let rest = padLeft % strideWidth;
        let turns = padLeft / strideWidth; // iw + padLeft = turns * strideWidth + rest
        for (let iw = 0; iw < width; iw++) {
          const owFrom = max(0, ceilDivide(iw + padLeft - filterWidth + 1, strideWidth));
          const owTo = min(outWidth, turns + 1);
          // Taps before this one in the packed row: those of smaller rests, then the turned ones of its own.
          let before = tapsOf(rest, filterWidth, strideWidth) - 1 - (turns - owFrom);
          for (let r = 0; r < rest; r++) before += tapsOf(r, filterWidth, strideWidth);
          tile4x8(
            packed + <usize>owFrom * pixel,
            16,
            packedRow,
            panel + <usize>before * tap,
            32,
            <usize>strideHeight * tapRow,
            max(0, owTo - owFrom) * outChannels,
            ohTo - ohFrom,
            f32x4.splat(0),
            f32x4.splat(0),
            ACTIVATE_LINEAR,
            false,
            out0 ? out0 + at : 0,
            out1 ? out1 + at : 0,
            out2 ? out2 + at : 0,
            out3 ? out3 + at : 0,
            count,
          );
          at += dxPixel;
          if (++rest == strideWidth) {
            rest = 0;
            turns++;
          }
        }
      }
    }
  }
}
