/**
 * Which rows of an array are equal: each row belongs to a node, and equal rows to the same node. The graph of neighbors
 * holds each node once: a graph that holds a vector many times falls apart, as copies are each other's nearest.
 *
 * Two rows count as equal if 53 bits of their hashes are equal. Among a million rows, two different ones share them with
 * a probability of 1 in 10,000; a search then finds both, and still reports the exact distance of each.
 */
export interface DistinctRows {
  /** The node of each row. */
  nodes(): Int32Array;
  /** How many nodes there are. */
  size(): number;
  /** Calls `visit` with each row of a node, in ascending order. */
  eachRow(node: number, visit: (row: number) => void): void;
  /** Sets the values of row `row`, a known row or the next one, and returns how the nodes change. */
  put(row: number, values: Float32Array): NodeChange;
  /** Forgets the rows that are marked with 1; the rows behind them move up. Returns the nodes without any row left. */
  remove(marked: Uint8Array): number[];
}

interface NodeChange {
  /** A node without any row left. */
  readonly gone?: number;
  /** A new node; it may have the number of a node that was removed. */
  readonly fresh?: number;
}

/** Begins with the nodes of some rows and the rows [rows, dims]; by default with none. */
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

  /** Removes a row from its node; true if it was the node's last row. */
  const leave = (node: number): boolean => {
    rowsOf[node]!--;
    if (rowsOf[node] !== 0) return false;
    byHash.delete(hashOf[node]!);
    unused.push(node);
    return true;
  };

  const linked = (): { first: Int32Array; next: Int32Array } => {
    const first = new Int32Array(rowsOf.length).fill(-1);
    const next = new Int32Array(nodeOf.length);
    for (let row = nodeOf.length - 1; row >= 0; row--) {
      const node = nodeOf[row]!;
      next[row] = first[node]!;
      first[node] = row;
    }
    return { first, next };
  };

  return {
    nodes: () => Int32Array.from(nodeOf),
    size: () => rowsOf.length - unused.length,
    eachRow(node, visit) {
      links ??= linked();
      for (let row = links.first[node] ?? -1; row >= 0; row = links.next[row]!) visit(row);
    },
    put(row, values) {
      links = undefined;
      const bits = hash(values);
      const before = nodeOf[row];
      if (before !== undefined && hashOf[before] === bits) return {};
      const gone = before !== undefined && leave(before) ? { gone: before } : {};
      const known = byHash.get(bits);
      const node = known ?? unused.pop() ?? rowsOf.length;
      nodeOf[row] = node;
      if (known !== undefined) {
        rowsOf[node]!++;
        return gone;
      }
      rowsOf[node] = 1;
      hashOf[node] = bits;
      byHash.set(bits, node);
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
    float[0] = values[k]! + 0;
    const bits = word[0]!;
    a = Math.imul(a ^ Math.imul(bits, 0xcc9e2d51), 0x1b873593);
    a ^= a >>> 15;
    b = Math.imul(b ^ Math.imul(bits ^ (bits >>> 16), 0x85ebca6b), 0xc2b2ae35);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
