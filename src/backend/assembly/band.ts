import { interleave4 } from './pack';

// Convolutions compute 4 lanes at once. A lane is a band of rows of one image: lane = image * bands + band. With one
// band an image the lanes are 4 images; few or large images are cut into bands, so that 4 lanes (and all threads)
// have work and the rows at hand fit into the cache.

/**
 * Copies rows `first` to `last` of lanes `lane` to `lane + 4` into to[row - first][float][lane]. Rows are counted from
 * the top of the lane's band, `bandStep` rows after the one before it; a row outside of the image is zero, and so is
 * a lane past `lanes`. `zeros` points to a row of zeros; rows of `to` are `toRow` bytes apart.
 */
export function packBand(
  x: usize,
  height: i32,
  rowFloats: i32,
  bands: i32,
  bandStep: i32,
  lane: i32,
  lanes: i32,
  first: i32,
  last: i32,
  zeros: usize,
  to: usize,
  toRow: usize,
): void {
  for (let row = first; row < last; row++) {
    interleave4(
      laneRow(x, height, rowFloats, bands, bandStep, lane, lanes, row, zeros),
      laneRow(x, height, rowFloats, bands, bandStep, lane + 1, lanes, row, zeros),
      laneRow(x, height, rowFloats, bands, bandStep, lane + 2, lanes, row, zeros),
      laneRow(x, height, rowFloats, bands, bandStep, lane + 3, lanes, row, zeros),
      rowFloats,
      to,
      16,
    );
    to += toRow;
  }
}

function laneRow(
  x: usize,
  height: i32,
  rowFloats: i32,
  bands: i32,
  bandStep: i32,
  lane: i32,
  lanes: i32,
  row: i32,
  zeros: usize,
): usize {
  const image = lane / bands;
  row += (lane - image * bands) * bandStep;
  if (lane >= lanes || row < 0 || row >= height) return zeros;
  return x + ((<usize>(image * height + row) * rowFloats) << 2);
}

/** Where row `row` of a lane's band goes, or 0 if there is no such lane or row. */
export function laneOut(
  out: usize,
  height: i32,
  rowFloats: i32,
  bands: i32,
  bandHeight: i32,
  lane: i32,
  lanes: i32,
  row: i32,
): usize {
  const image = lane / bands;
  row += (lane - image * bands) * bandHeight;
  if (lane >= lanes || row >= height) return 0;
  return out + ((<usize>(image * height + row) * rowFloats) << 2);
}
