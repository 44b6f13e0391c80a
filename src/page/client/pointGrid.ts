/** The points of a map by their place, to find those near one without going through all. */
export interface PointGrid {
  /** Calls a function with the index of each point within a square of half width `reach`, and of some around it. */
  visit(x: number, y: number, reach: number, found: (i: number) => void): void;
}

const pointsPerCell = 4;
const grids = new WeakMap<Float32Array, PointGrid>();

/** The grid of points in the unit square, made once for each array of points. */
export function gridOf(points: Float32Array): PointGrid {
  let grid = grids.get(points);
  if (!grid) {
    grid = createGrid(points);
    grids.set(points, grid);
  }
  return grid;
}

function createGrid(points: Float32Array): PointGrid {
  const count = points.length / 2;
  const side = Math.max(1, Math.floor(Math.sqrt(count / pointsPerCell)));
  const line = (value: number): number => Math.min(side - 1, Math.max(0, Math.floor(side * value)));
  const cell = (i: number): number => side * line(points[2 * i + 1]!) + line(points[2 * i]!);
  const starts = new Uint32Array(side * side + 1);
  for (let i = 0; i < count; i++) starts[cell(i) + 1]!++;
  for (let c = 0; c < side * side; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice();
  const members = new Uint32Array(count);
  for (let i = 0; i < count; i++) members[next[cell(i)]!++] = i;
  return {
    visit(x, y, reach, found) {
      const [left, right] = [line(x - reach), line(x + reach)];
      for (let row = line(y - reach); row <= line(y + reach); row++) {
        const end = starts[side * row + right + 1]!;
        for (let at = starts[side * row + left]!; at < end; at++) found(members[at]!);
      }
    },
  };
}
