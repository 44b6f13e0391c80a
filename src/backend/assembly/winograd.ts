// Convolutions by 3 x 3 filters with fewer multiplications: F(4 x 4, 3 x 3) of Winograd's algorithms. A tile of 6 x 6
// pixels and the filter are taken to 36 values each by linear transforms, multiplied value by value (which, summed over
// channels, are 36 matrix products), and taken back to 4 x 4 results: 36 multiplications in place of 144.
//
// The transforms evaluate and interpolate polynomials at 0, +-P, +-Q and infinity. P = 3/4 and Q = 3/2 keep the error at
// some 2.5 times that of the plain sum; the usual 1 and 2 make it five times.
//
// Lavin, Gray: Fast Algorithms for Convolutional Neural Networks, 2015. https://arxiv.org/abs/1509.09308
// Barabasz et al.: Error Analysis and Improving the Accuracy of Winograd Convolution, 2018. https://arxiv.org/abs/1803.10986

const P: f32 = 0.75;
const Q: f32 = 1.5;
const PP: f32 = P * P;
const QQ: f32 = Q * Q;
/** What the filter's values at 0, +-P and +-Q are divided by. */
const AT_0: f32 = 1 / (PP * QQ);
const AT_P: f32 = 1 / (2 * PP * (PP - QQ));
const AT_Q: f32 = 1 / (2 * QQ * (QQ - PP));

// @inline
function times(v: v128, factor: f32): v128 {
  return f32x4.mul(v, f32x4.splat(factor));
}

// Each pass transforms a row or column of vectors of 4 floats, `fromStep` and `toStep` bytes apart; transforms in two
// dimensions are passes over the columns, then over the rows. Those of images have transposes, for the input's gradient.
//
// The filter's gradient is not computed this way: what is zero, exactly, where a filter saw nothing, would come out as
// rounding errors, and optimizers that scale gradients (Adam) would take steps of full length along them.

/** 6 pixels to 6 values. */
// @inline
function imagePass(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + fromStep);
  const d2 = v128.load(from + 2 * fromStep);
  const d3 = v128.load(from + 3 * fromStep);
  const d4 = v128.load(from + 4 * fromStep);
  const d5 = v128.load(from + 5 * fromStep);
  const evenP = f32x4.sub(d4, times(d2, QQ));
  const oddP = times(f32x4.sub(d3, times(d1, QQ)), P);
  const evenQ = f32x4.sub(d4, times(d2, PP));
  const oddQ = times(f32x4.sub(d3, times(d1, PP)), Q);
  v128.store(to, f32x4.add(f32x4.sub(times(d0, PP * QQ), times(d2, PP + QQ)), d4));
  v128.store(to + toStep, f32x4.add(evenP, oddP));
  v128.store(to + 2 * toStep, f32x4.sub(evenP, oddP));
  v128.store(to + 3 * toStep, f32x4.add(evenQ, oddQ));
  v128.store(to + 4 * toStep, f32x4.sub(evenQ, oddQ));
  v128.store(to + 5 * toStep, f32x4.add(f32x4.sub(times(d1, PP * QQ), times(d3, PP + QQ)), d5));
}

/** The transpose of imagePass. */
// @inline
function imageGradientPass(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const v0 = v128.load(from);
  const v1 = v128.load(from + fromStep);
  const v2 = v128.load(from + 2 * fromStep);
  const v3 = v128.load(from + 3 * fromStep);
  const v4 = v128.load(from + 4 * fromStep);
  const v5 = v128.load(from + 5 * fromStep);
  const evenP = f32x4.add(v1, v2);
  const oddP = times(f32x4.sub(v1, v2), P);
  const evenQ = f32x4.add(v3, v4);
  const oddQ = times(f32x4.sub(v3, v4), Q);
  v128.store(to, times(v0, PP * QQ));
  v128.store(
    to + toStep,
    f32x4.sub(times(v5, PP * QQ), f32x4.add(times(oddP, QQ), times(oddQ, PP))),
  );
  v128.store(
    to + 2 * toStep,
    f32x4.sub(f32x4.sub(times(v0, -(PP + QQ)), times(evenP, QQ)), times(evenQ, PP)),
  );
  v128.store(to + 3 * toStep, f32x4.add(f32x4.add(oddP, oddQ), times(v5, -(PP + QQ))));
  v128.store(to + 4 * toStep, f32x4.add(v0, f32x4.add(evenP, evenQ)));
  v128.store(to + 5 * toStep, v5);
}

/** 3 weights to 6 values. */
// @inline
function filterPass(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + fromStep);
  const g2 = v128.load(from + 2 * fromStep);
  const evenP = times(f32x4.add(g0, times(g2, PP)), AT_P);
  const oddP = times(g1, P * AT_P);
  const evenQ = times(f32x4.add(g0, times(g2, QQ)), AT_Q);
  const oddQ = times(g1, Q * AT_Q);
  v128.store(to, times(g0, AT_0));
  v128.store(to + toStep, f32x4.add(evenP, oddP));
  v128.store(to + 2 * toStep, f32x4.sub(evenP, oddP));
  v128.store(to + 3 * toStep, f32x4.add(evenQ, oddQ));
  v128.store(to + 4 * toStep, f32x4.sub(evenQ, oddQ));
  v128.store(to + 5 * toStep, g2);
}

/** 6 values to 4 results. */
// @inline
function resultPass(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const v0 = v128.load(from);
  const v1 = v128.load(from + fromStep);
  const v2 = v128.load(from + 2 * fromStep);
  const v3 = v128.load(from + 3 * fromStep);
  const v4 = v128.load(from + 4 * fromStep);
  const v5 = v128.load(from + 5 * fromStep);
  const evenP = f32x4.add(v1, v2);
  const oddP = times(f32x4.sub(v1, v2), P);
  const evenQ = f32x4.add(v3, v4);
  const oddQ = times(f32x4.sub(v3, v4), Q);
  v128.store(to, f32x4.add(v0, f32x4.add(evenP, evenQ)));
  v128.store(to + toStep, f32x4.add(oddP, oddQ));
  v128.store(to + 2 * toStep, f32x4.add(times(evenP, PP), times(evenQ, QQ)));
  v128.store(to + 3 * toStep, f32x4.add(v5, f32x4.add(times(oddP, PP), times(oddQ, QQ))));
}

/** The transpose of resultPass. */
// @inline
function resultGradientPass(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const y0 = v128.load(from);
  const y1 = v128.load(from + fromStep);
  const y2 = v128.load(from + 2 * fromStep);
  const y3 = v128.load(from + 3 * fromStep);
  const evenP = f32x4.add(y0, times(y2, PP));
  const oddP = times(f32x4.add(y1, times(y3, PP)), P);
  const evenQ = f32x4.add(y0, times(y2, QQ));
  const oddQ = times(f32x4.add(y1, times(y3, QQ)), Q);
  v128.store(to, y0);
  v128.store(to + toStep, f32x4.add(evenP, oddP));
  v128.store(to + 2 * toStep, f32x4.sub(evenP, oddP));
  v128.store(to + 3 * toStep, f32x4.add(evenQ, oddQ));
  v128.store(to + 4 * toStep, f32x4.sub(evenQ, oddQ));
  v128.store(to + 5 * toStep, y3);
}

/** Bytes that a transform needs for what lies between its two passes. */
export const BETWEEN: usize = 36 << 4;

/**
 * A tile of 6 x 6 pixels to the first `rows` rows of its 6 x 6 values, `plane` bytes apart, for each of `count` vectors of
 * a pixel.
 */
export function transformImage(
  from: usize,
  pixel: usize,
  row: usize,
  count: i32,
  rows: i32,
  to: usize,
  plane: usize,
  between: usize,
): void {
  for (let i = 0; i < count; i++) {
    for (let j: usize = 0; j < 6; j++) imagePass(from + j * pixel, row, between + (j << 4), 96);
    for (let j: usize = 0; j < <usize>rows; j++)
      imagePass(between + j * 96, 16, to + 6 * j * plane, plane);
    from += 16;
    to += 16;
  }
}

/** The transpose of transformImage for one vector: 36 values, `plane` bytes apart, to a tile of 6 x 6 in `to`. */
// @inline
export function transformImageGradient(from: usize, plane: usize, to: usize, between: usize): void {
  for (let j: usize = 0; j < 6; j++)
    imageGradientPass(from + j * plane, 6 * plane, between + (j << 4), 96);
  for (let j: usize = 0; j < 6; j++) imageGradientPass(between + j * 96, 16, to + j * 96, 16);
}

/** 3 x 3 weights, each `tap` bytes after the one before, to 36 values, `plane` bytes apart, for one vector. */
// @inline
export function transformFilter(
  from: usize,
  tap: usize,
  to: usize,
  plane: usize,
  between: usize,
): void {
  for (let j: usize = 0; j < 3; j++) filterPass(from + j * tap, 3 * tap, between + (j << 4), 48);
  for (let j: usize = 0; j < 6; j++) filterPass(between + j * 48, 16, to + 6 * j * plane, plane);
}

/** 36 values, `plane` bytes apart, to 4 x 4 results in `to`, for one vector. */
// @inline
export function transformResult(from: usize, plane: usize, to: usize, between: usize): void {
  for (let j: usize = 0; j < 6; j++)
    resultPass(from + j * plane, 6 * plane, between + (j << 4), 96);
  for (let j: usize = 0; j < 4; j++) resultPass(between + j * 96, 16, to + (j << 6), 16);
}

/** The transpose of transformResult: a tile of 4 x 4 to 36 values, for each of `count` vectors of a pixel. */
export function transformResultGradient(
  from: usize,
  pixel: usize,
  row: usize,
  count: i32,
  to: usize,
  plane: usize,
  between: usize,
): void {
  for (let i = 0; i < count; i++) {
    for (let j: usize = 0; j < 4; j++)
      resultGradientPass(from + j * pixel, row, between + (j << 4), 64);
    for (let j: usize = 0; j < 6; j++)
      resultGradientPass(between + (j << 6), 16, to + 6 * j * plane, plane);
    from += 16;
    to += 16;
  }
}
