const cells = 24;

/**
 * Where a class is most at home: the median of its members around the place where they are densest. A plain median
 * of a class in two parts would lie between them, in another class.
 */
export function densestPlace(
  points: Float32Array,
  members: readonly number[],
): readonly [number, number] {
  const xs = members.map((i) => points[2 * i]!);
  const ys = members.map((i) => points[2 * i + 1]!);
  const x = gridOf(xs);
  const y = gridOf(ys);
  const counts = new Float64Array(cells * cells);
  for (let i = 0; i < xs.length; i++) {
    spreadOut(counts, x.cell(xs[i]!), y.cell(ys[i]!));
  }
  const best = counts.indexOf(Math.max(...counts));
  const [row, column] = [Math.floor(best / cells), best % cells];
  const near = (axis: typeof x, value: number, wanted: number): boolean =>
    Math.abs(axis.cell(value) - wanted) <= 2;
  const around = xs.map((_, i) => i).filter((i) => near(x, xs[i]!, column) && near(y, ys[i]!, row));
  return [median(around.map((i) => xs[i]!)), median(around.map((i) => ys[i]!))];
}

function gridOf(values: readonly number[]): { cell(value: number): number } {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity);
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const size = (high - low) / cells || 1;
  return { cell: (value) => Math.min(cells - 1, Math.floor((value - low) / size)) };
}

/** Counts a point in its cell and, less, in the cells around, so that the densest place is no accident of the grid. */
function spreadOut(counts: Float64Array, column: number, row: number): void {
  for (let dy = -2; dy <= 2; dy++) {
    for (let dx = -2; dx <= 2; dx++) {
      const [x, y] = [column + dx, row + dy];
      if (x >= 0 && x < cells && y >= 0 && y < cells) {
        counts[y * cells + x]! += 1 / (1 + dx * dx + dy * dy);
      }
    }
  }
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1]!;
}
