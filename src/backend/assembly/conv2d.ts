import { laneOut, packBand } from './band';
import { tile4x8 } from './tile';

/**
 * out[image][oh][ow][n] = activation(bias[n] + sum over kh, kw, c of x[image][oh * strideHeight - padTop + kh]
 * [ow * strideWidth - padLeft + kw][c] * filter[kh][kw][c][n]), images in NHWC.
 *
 * `filter` is packed by packColumns, its rows being (kh, kw, c); `bias` is filled up to panels of 8, or 0. `scratch`
 * has `scratchBytes` for each thread: a row of zeros and the packed input rows of a band. Groups of 4 lanes
 * (band.ts) `from` to `to`.
 */
export function conv2d(
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
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  padTop: i32,
  padLeft: i32,
  activation: i32,
  bands: i32,
  bandHeight: i32,
  scratch: usize,
  scratchBytes: i32,
  from: i32,
  to: i32,
  thread: i32,
): void {
  const lanes = batch * bands;
  const pixel = (<usize>channels) << 4; // bytes of 4 lanes
  const packedRow = <usize>width * pixel;
  const tap = (<usize>channels) << 5; // bytes of a panel of the filter for one kw
  const tapRow = <usize>filterWidth * tap;
  const panelBytes = <usize>filterHeight * tapRow;
  const outPixel = (<usize>outChannels) << 2;

  const zeros = scratch + <usize>thread * scratchBytes;
  const rows = zeros + ((<usize>(width * channels)) << 2);
  memory.fill(zeros, 0, rows - zeros);
  // Where all lanes are whole images, rows of padding are left out.
  const top = bands == 1 ? max(0, -padTop) : -padTop;
  const bottom = (bandHeight - 1) * strideHeight - padTop + filterHeight;
  const end = bands == 1 ? min(height, bottom) : bottom;

  for (let group = from; group < to; group++) {
    const lane = group << 2;
    packBand(
      x,
      height,
      width * channels,
      bands,
      bandHeight * strideHeight,
      lane,
      lanes,
      top,
      end,
      zeros,
      rows,
      packedRow,
    );
    for (let oh = 0; oh < bandHeight; oh++) {
      const ih = oh * strideHeight - padTop;
      const khFrom = max(0, top - ih);
      const khTo = min(filterHeight, end - ih);
      const packed = rows + <usize>(ih + khFrom - top) * packedRow;
      const out0 = laneOut(
        out,
        outHeight,
        outWidth * outChannels,
        bands,
        bandHeight,
        lane,
        lanes,
        oh,
      );
      const out1 = laneOut(
        out,
        outHeight,
        outWidth * outChannels,
        bands,
        bandHeight,
        lane + 1,
        lanes,
        oh,
      );
      const out2 = laneOut(
        out,
        outHeight,
        outWidth * outChannels,
        bands,
        bandHeight,
        lane + 2,
        lanes,
        oh,
      );
      const out3 = laneOut(
        out,
        outHeight,
        outWidth * outChannels,
        bands,
        bandHeight,
        lane + 3,
        lanes,
        oh,
      );
      for (let n = 0; n < outChannels; n += 8) {
        const panel = filter + <usize>(n >> 3) * panelBytes + <usize>khFrom * tapRow;
        const low = bias ? v128.load(bias + (n << 2)) : f32x4.splat(0);
        const high = bias ? v128.load(bias + (n << 2), 16) : f32x4.splat(0);
        const count = min(8, outChannels - n);
        let at = (<usize>n) << 2;
        for (let ow = 0; ow < outWidth; ow++) {
          const iw = ow * strideWidth - padLeft;
          const kwFrom = max(0, -iw);
          const kwTo = min(filterWidth, width - iw);
          tile4x8(
            packed + <usize>(iw + kwFrom) * pixel,
            16,
            packedRow,
            panel + <usize>kwFrom * tap,
            32,
            tapRow,
            max(0, kwTo - kwFrom) * channels,
            khTo - khFrom,
            low,
            high,
            activation,
            false,
            out0 ? out0 + at : 0,
            out1 ? out1 + at : 0,
            out2 ? out2 + at : 0,
            out3 ? out3 + at : 0,
            count,
          );
          at += outPixel;
        }
      }
    }
  }
}
