/** A tree of squares over points in the plane, for sums over far points at once (Barnes, Hut 1986). */
export interface QuadTree {
  /** Sorts the points anew, after they have moved. */
  rebuild(points: Float64Array): void;
  /**
   * Adds to `forces` what all other points do to each one, sum of (p - q) / (1 + |p - q|^2)^2, and returns the sum
   * of 1 / (1 + |p - q|^2) over all pairs. Squares seen under an angle below `theta` count as one point.
   */
  repel(points: Float64Array, forces: Float64Array, theta: number): number;
}

const deepest = 48;

export function createQuadTree(count: number): QuadTree {
  // Nodes in depth-first order: a node's first child follows it, skip[node] is the node after its last descendant.
  let room = 4 * count + 64;
  let skip = new Int32Array(room);
  let facts = new Float64Array(4 * room); // centre of mass x and y, squared side, members: read together
  let nodes = 0;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const sorted = new Int32Array(count);

  const grow = (): void => {
    room *= 2;
    const larger = new Float64Array(4 * room);
    larger.set(facts);
    facts = larger;
    const longer = new Int32Array(room);
    longer.set(skip);
    skip = longer;
  };

  const build = (
    points: Float64Array,
    from: number,
    to: number,
    middleX: number,
    middleY: number,
    half: number,
    depth: number,
  ): void => {
    if (nodes === room) grow();
    const node = nodes++;
    let [sumX, sumY] = [0, 0];
    const counts = [0, 0, 0, 0];
    for (let at = from; at < to; at++) {
      const [x, y] = [points[2 * order[at]!]!, points[2 * order[at]! + 1]!];
      sumX += x;
      sumY += y;
      counts[(x >= middleX ? 1 : 0) + (y >= middleY ? 2 : 0)]! += 1;
    }
    const isLeaf = to - from === 1 || depth === deepest; // and counts as one point from any distance
    facts[4 * node] = sumX / (to - from);
    facts[4 * node + 1] = sumY / (to - from);
    facts[4 * node + 2] = isLeaf ? 0 : 4 * half * half;
    facts[4 * node + 3] = to - from;
    if (!isLeaf) {
      const starts = [from, from + counts[0]!, 0, 0];
      starts[2] = starts[1]! + counts[1]!;
      starts[3] = starts[2] + counts[2]!;
      const next = [...starts];
      for (let at = from; at < to; at++) {
        const i = order[at]!;
        const quadrant =
          (points[2 * i]! >= middleX ? 1 : 0) + (points[2 * i + 1]! >= middleY ? 2 : 0);
        sorted[next[quadrant]!++] = i;
      }
      order.set(sorted.subarray(from, to), from);
      for (let quadrant = 0; quadrant < 4; quadrant++) {
        if (counts[quadrant] === 0) continue;
        const quarter = half / 2;
        const x = middleX + (quadrant & 1 ? quarter : -quarter);
        const y = middleY + (quadrant & 2 ? quarter : -quarter);
        const start = starts[quadrant]!;
        build(points, start, start + counts[quadrant]!, x, y, quarter, depth + 1);
      }
    }
    skip[node] = nodes;
  };

  return {
    rebuild(points) {
      let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
      for (let i = 0; i < 2 * count; i += 2) {
        left = Math.min(left, points[i]!);
        right = Math.max(right, points[i]!);
        bottom = Math.min(bottom, points[i + 1]!);
        top = Math.max(top, points[i + 1]!);
      }
      const half = Math.max(right - left, top - bottom) / 2 + 1e-12;
      nodes = 0;
      build(points, 0, count, (left + right) / 2, (bottom + top) / 2, half, 0);
    },
    repel(points, forces, theta) {
      const limit = theta * theta;
      let total = 0;
      for (let at = 0; at < count; at++) {
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
      return total - count; // each point has met itself, at distance 0
    },
  };
}
