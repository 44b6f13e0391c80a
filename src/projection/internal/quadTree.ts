/**
 * A tree of squares over points in the plane, for sums over far points at once (Barnes, Hut 1986). Its nodes stand in
 * depth-first order: the first child of a node follows it.
 */
export interface QuadTree {
  /** The points in the order of the leaves. */
  readonly order: Int32Array;
  readonly sorted: Int32Array;
  nodes: number;
  /** The node after a node's last descendant. */
  skip: Int32Array;
  /** Centre of mass x and y, squared side, points within: read together, a cache line a node. */
  facts: Float64Array;
}

const deepest = 48;

export function createQuadTree(count: number): QuadTree {
  const room = 4 * count + 64;
  return {
    order: Int32Array.from({ length: count }, (_, i) => i),
    sorted: new Int32Array(count),
    nodes: 0,
    skip: new Int32Array(room),
    facts: new Float64Array(4 * room),
  };
}

/** Sorts the points anew, after they have moved. */
export function rebuildQuadTree(tree: QuadTree, points: Float64Array): void {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    bottom = Math.min(bottom, points[i + 1]!);
    top = Math.max(top, points[i + 1]!);
  }
  const half = Math.max(right - left, top - bottom) / 2 + 1e-12;
  tree.nodes = 0;
  build(tree, points, 0, tree.order.length, (left + right) / 2, (bottom + top) / 2, half, 0);
}

/** The node of the points order[from .. to], in the square of that middle and half side. */
function build(
  tree: QuadTree,
  points: Float64Array,
  from: number,
  to: number,
  middleX: number,
  middleY: number,
  half: number,
  depth: number,
): void {
  if (tree.nodes === tree.skip.length) grow(tree);
  const node = tree.nodes++;
  const { order } = tree;
  let [sumX, sumY] = [0, 0];
  for (let at = from; at < to; at++) {
    sumX += points[2 * order[at]!]!;
    sumY += points[2 * order[at]! + 1]!;
  }
  const isLeaf = to - from === 1 || depth === deepest; // and counts as one point from any distance
  tree.facts[4 * node] = sumX / (to - from);
  tree.facts[4 * node + 1] = sumY / (to - from);
  tree.facts[4 * node + 2] = isLeaf ? 0 : 4 * half * half;
  tree.facts[4 * node + 3] = to - from;
  if (!isLeaf) {
    const ends = sortQuadrants(tree, points, from, to, middleX, middleY);
    const quarter = half / 2;
    for (let quadrant = 0, start = from; quadrant < 4; quadrant++) {
      const end = ends[quadrant]!;
      const x = middleX + (quadrant & 1 ? quarter : -quarter);
      const y = middleY + (quadrant & 2 ? quarter : -quarter);
      if (end > start) build(tree, points, start, end, x, y, quarter, depth + 1);
      start = end;
    }
  }
  tree.skip[node] = tree.nodes;
}

/** Brings order[from .. to] into the order of the four quadrants about a middle, and returns where each ends. */
function sortQuadrants(
  { order, sorted }: QuadTree,
  points: Float64Array,
  from: number,
  to: number,
  middleX: number,
  middleY: number,
): number[] {
  const quadrantOf = (i: number): number =>
    (points[2 * i]! >= middleX ? 1 : 0) + (points[2 * i + 1]! >= middleY ? 2 : 0);
  const counts = [0, 0, 0, 0];
  for (let at = from; at < to; at++) counts[quadrantOf(order[at]!)]! += 1;
  const next = [from, 0, 0, 0];
  for (let q = 1; q < 4; q++) next[q] = next[q - 1]! + counts[q - 1]!;
  for (let at = from; at < to; at++) sorted[next[quadrantOf(order[at]!)]!++] = order[at]!;
  for (let at = from; at < to; at++) order[at] = sorted[at]!;
  return next;
}

function grow(tree: QuadTree): void {
  const skip = new Int32Array(2 * tree.skip.length);
  const facts = new Float64Array(2 * tree.facts.length);
  skip.set(tree.skip);
  facts.set(tree.facts);
  Object.assign(tree, { skip, facts });
}

/**
 * Adds to `forces` what all other points do to each one, the sum of (p - q) / (1 + |p - q|^2)^2, and returns the sum of
 * 1 / (1 + |p - q|^2) over all pairs. Squares seen under an angle below `theta` count as one point.
 */
export function repel(
  { order, nodes, skip, facts }: QuadTree,
  points: Float64Array,
  forces: Float64Array,
  theta: number,
): number {
  const limit = theta * theta;
  let total = 0;
  for (let at = 0; at < order.length; at++) {
    const i = order[at]!;
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
    let [forceX, forceY, sum] = [0, 0, 0];
    for (let node = 0; node < nodes; ) {
      const fact = 4 * node;
      const dx = x - facts[fact]!;
      const dy = y - facts[fact + 1]!;
      const square = dx * dx + dy * dy;
      const side = facts[fact + 2]!;
      if (side > 0 && side >= limit * square) {
        node++;
        continue;
      }
      const kernel = 1 / (1 + square);
      const weight = facts[fact + 3]! * kernel;
      sum += weight;
      forceX += weight * kernel * dx;
      forceY += weight * kernel * dy;
      node = skip[node]!;
    }
    forces[2 * i]! += forceX;
    forces[2 * i + 1]! += forceY;
    total += sum;
  }
  return total - order.length; // each point has met itself, at distance 0
}
