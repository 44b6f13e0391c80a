/**
 * Which rows of an array are equal: each row belongs to a node, equal ones to the same. A graph of neighbours that
 * holds a vector many times falls apart, as copies are each other's nearest; of nodes it holds one each.
 *
 * Rows are told apart by 53 bits of a hash. Should two share them, which in a million rows has a chance of 1 in 10,000,
 * a search finds both where it should have found one: it computes their distances anyway.
 */
export interface DistinctRows {
  /** The node of each row. */
  nodes(): Int32Array;
  /** How many nodes there are. */
  size(): number;
  /** Calls `visit` with each row of a node, in ascending order. */
  eachRow(node: number, visit: (row: number) => void): void;
  /** Tells of the values that row `row`, an old one or the next, has now: what became of its nodes. */
  put(row: number, values: Float32Array): NodeChange;
  /** Forgets the rows that are marked with 1, those behind move up; returns the nodes that have none left. */
  remove(marked: Uint8Array): number[];
}

interface NodeChange {
  /** A node that has no row any more. */
  readonly gone?: number;
  /** A node that is new: its number may be that of one which was gone before. */
  readonly fresh?: number;
}

/** The rows' nodes as they were, with the rows [rows, dims]; or none yet. */
export function createDistinctRows(
  dims: number,
  nodes: Int32Array = new Int32Array(0),
  vectors: Float32Array = new Float32Array(0),
): DistinctRows {
  let nodeOf = Array.from(nodes);
  const rowsOf: number[] = []; // how many rows each node has
  const hashOf: number[] = [];
  const byHash = new Map<number, number>();
  const unused: number[] = [];
  let links: { first: Int32Array; next: Int32Array } | undefined;

  nodeOf.forEach((node, row) => {
    rowsOf[node] = (rowsOf[node] ?? 0) + 1;
    if (rowsOf[node] > 1) return;
    hashOf[node] = hash(vectors.subarray(row * dims, (row + 1) * dims));
    byHash.set(hashOf[node], node);
  });
  for (let node = 0; node < rowsOf.length; node++) {
    rowsOf[node] ??= 0;
    if (rowsOf[node] === 0) unused.push(node);
  }

  /** Takes a row from its node; true if that was its last. */
  const leave = (node: number): boolean => {
    rowsOf[node]!--;
    if (rowsOf[node] !== 0) return false;
    byHash.delete(hashOf[node] as number);
    unused.push(node);
    return true;
  };

  const linked = (): { first: Int32Array; next: Int32Array } => {
    const first = new Int32Array(rowsOf.length).fill(-1);
    const next = new Int32Array(nodeOf.length);
    for (let row = nodeOf.length - 1; row >= 0; row--) {
      const node = nodeOf[row] as number;
      next[row] = first[node] as number;
      first[node] = row;
    }
    return { first, next };
  };

  return {
    nodes: () => Int32Array.from(nodeOf),
    size: () => rowsOf.length - unused.length,
    eachRow(node, visit) {
      links ??= linked();
      for (let row = links.first[node] ?? -1; row >= 0; row = links.next[row] as number) visit(row);
    },
    put(row, values) {
      links = undefined;
      const own = hash(values);
      const before = nodeOf[row];
      if (before !== undefined && hashOf[before] === own) return {};
      const gone = before !== undefined && leave(before) ? { gone: before } : {};
      const known = byHash.get(own);
      const node = known ?? unused.pop() ?? rowsOf.length;
      nodeOf[row] = node;
      if (known !== undefined) {
        rowsOf[node]!++;
        return gone;
      }
      rowsOf[node] = 1;
      hashOf[node] = own;
      byHash.set(own, node);
      return { ...gone, fresh: node };
    },
    remove(marked) {
      links = undefined;
      const gone: number[] = [];
      nodeOf = nodeOf.filter((node, row) => {
        if (marked[row] !== 1) return true;
        if (leave(node)) gone.push(node);
        return false;
      });
      return gone;
    },
  };
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** 53 bits of the values: two runs of MurmurHash3's mixing, of different constants. 0 and -0 are alike. */
function hash(values: Float32Array): number {
  let [a, b] = [1, 2];
  for (let k = 0; k < values.length; k++) {
    float[0] = (values[k] as number) + 0;
    const bits = word[0] as number;
    a = Math.imul(a ^ Math.imul(bits, 0xcc9e2d51), 0x1b873593);
    a ^= a >>> 15;
    b = Math.imul(b ^ Math.imul(bits ^ (bits >>> 16), 0x85ebca6b), 0xc2b2ae35);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
