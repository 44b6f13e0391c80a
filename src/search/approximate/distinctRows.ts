/**
 * Which rows of an array are equal: each row belongs to a node, and equal rows to the same node. The graph of neighbors
 * holds each node once: a graph that holds a vector many times falls apart, as copies are each other's nearest.
 *
 * Two rows count as equal if 53 bits of their hashes are equal. Among a million rows, two different ones share them with
 * a probability of 1 in 10,000; a search then finds both, and still reports the exact distance of each.
 */
export interface DistinctRows {
  /** The node of each row; -1 for a row that was removed. */
  nodes(): Int32Array;
  /** How many nodes there are. */
  size(): number;
  /** Calls `visit` with each row of a node, in any order. */
  eachRow(node: number, visit: (row: number) => void): void;
  /** Sets the values of row `row`, a known row or the next one, and returns how the nodes change. */
  put(row: number, values: Float32Array): NodeChange;
  /** Forgets rows; the others keep their numbers. Returns the nodes without any row left. */
  remove(rows: ArrayLike<number>): number[];
  /** Gives the rows new numbers: the i-th of `kept` becomes row i. The others were removed before. */
  pack(kept: ArrayLike<number>): void;
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
  let nodeOf: number[] = Array.from(nodes);
  const rowsOf: (number | Set<number> | undefined)[] = []; // of each node: the one row, or several
  const hashOf: number[] = [];
  const byHash = new Map<number, number>();
  const unused: number[] = [];

  const join = (node: number, row: number): void => {
    const rows = rowsOf[node];
    if (rows === undefined) rowsOf[node] = row;
    else if (typeof rows === 'number') rowsOf[node] = new Set([rows, row]);
    else rows.add(row);
  };
  /** Removes a row from its node; true if it was the node's last row. */
  const leave = (node: number, row: number): boolean => {
    const rows = rowsOf[node];
    if (typeof rows !== 'number') {
      rows?.delete(row);
      if (rows?.size !== 0) return false;
    }
    rowsOf[node] = undefined;
    byHash.delete(hashOf[node]!);
    unused.push(node);
    return true;
  };

  nodeOf.forEach((node, row) => {
    if (rowsOf[node] === undefined) {
      hashOf[node] = hash(vectors.subarray(row * dims, (row + 1) * dims));
      byHash.set(hashOf[node], node);
    }
    join(node, row);
  });
  for (let node = 0; node < rowsOf.length; node++)
    if (rowsOf[node] === undefined) unused.push(node);

  return {
    nodes: () => Int32Array.from(nodeOf),
    size: () => rowsOf.length - unused.length,
    eachRow(node, visit) {
      const rows = rowsOf[node];
      if (typeof rows === 'number') visit(rows);
      else rows?.forEach(visit);
    },
    put(row, values) {
      const bits = hash(values);
      const before = nodeOf[row];
      if (before !== undefined && hashOf[before] === bits) return {};
      const gone = before !== undefined && leave(before, row) ? { gone: before } : {};
      const known = byHash.get(bits);
      const node = known ?? unused.pop() ?? rowsOf.length;
      nodeOf[row] = node;
      join(node, row);
      if (known !== undefined) return gone;
      hashOf[node] = bits;
      byHash.set(bits, node);
      return { ...gone, fresh: node };
    },
    remove(rows) {
      const gone: number[] = [];
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        const node = nodeOf[row]!;
        if (leave(node, row)) gone.push(node);
        nodeOf[row] = -1;
      }
      return gone;
    },
    pack(kept) {
      nodeOf = Array.from(kept, (row) => nodeOf[row]!);
      rowsOf.fill(undefined);
      nodeOf.forEach((node, row) => {
        join(node, row);
      });
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
