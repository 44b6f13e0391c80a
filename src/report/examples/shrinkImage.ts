/** Size of an image: its values are row-major, the channels of a pixel side by side. */
export type ImageSize = readonly [height: number, width: number, channels: number];

/** Writes an image into a smaller one, `into`: each pixel is the mean of those it covers. */
export function shrinkImage(
  values: ArrayLike<number>,
  [height, width, channels]: ImageSize,
  [toHeight, toWidth]: ImageSize,
  into: Float32Array,
): void {
  const rows = edges(height, toHeight);
  const columns = edges(width, toWidth);
  for (let row = 0; row < toHeight; row++) {
    for (let column = 0; column < toWidth; column++) {
      const [top, bottom] = [rows[row]!, rows[row + 1]!];
      const [left, right] = [columns[column]!, columns[column + 1]!];
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let y = top; y < bottom; y++) {
          for (let x = left; x < right; x++) sum += values[(y * width + x) * channels + channel]!;
        }
        const at = (row * toWidth + column) * channels + channel;
        into[at] = sum / ((bottom - top) * (right - left));
      }
    }
  }
}

/** Where the parts of a side begin and end when it is cut into `parts` of about equal length. */
function edges(side: number, parts: number): Int32Array {
  return Int32Array.from({ length: parts + 1 }, (_, i) => Math.round((i * side) / parts));
}
