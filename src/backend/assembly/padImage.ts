/**
 * Copies the part of an image that a convolution reads, `paddedHeight` x `paddedWidth` pixels that begin `padTop` rows
 * above and `padLeft` pixels left of it, with zeros for what is outside of the image.
 */
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
  const left = (<usize>(min(padLeft, paddedWidth) * channels)) << 2;
  const middle = (<usize>(max(0, min(width, paddedWidth - padLeft)) * channels)) << 2;
  const paddedRow = (<usize>(paddedWidth * channels)) << 2;
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
