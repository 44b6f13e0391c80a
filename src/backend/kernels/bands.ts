/** Packed input rows that should fit into a core's second-level cache, in bytes. */
const cacheBytes = 256 * 1024;
/** Lanes below which images are cut into bands: 4 lanes are computed at once, by each of several threads. */
const fewLanes = 16;

/** How images are cut into bands of output rows: see assembly/band.ts. */
export interface Bands {
  readonly bands: number;
  readonly bandHeight: number;
  /** Groups of 4 lanes. */
  readonly groups: number;
}

/**
 * Bands of `height` rows of `batch` images, each a multiple of `step` rows high.
 *
 * @param rowBytes of one packed input row.
 * @param rowsOf input rows that a band of some height reads.
 */
export function bandsOf(
  batch: number,
  height: number,
  step: number,
  rowBytes: number,
  rowsOf: (bandHeight: number) => number,
): Bands {
  const steps = Math.ceil(height / step);
  let bands = Math.min(steps, batch < fewLanes ? Math.ceil(fewLanes / batch) : 1);
  const heightOf = (count: number): number => Math.ceil(steps / count) * step;
  while (bands < steps && rowsOf(heightOf(bands)) * rowBytes > cacheBytes) bands++;
  const bandHeight = heightOf(bands);
  bands = Math.ceil(height / bandHeight);
  return { bands, bandHeight, groups: Math.ceil((batch * bands) / 4) };
}
