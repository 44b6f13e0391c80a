/** A list of indices that grows in one typed array: tuples come by the million. */
export interface IndexList {
  push(index: number): void;
  /** Adds the first `count` of `indices`. */
  append(indices: Int32Array, count: number): void;
  /** What was added, in an array of its own. */
  toArray(): Int32Array;
}

export function indexList(): IndexList {
  let values = new Int32Array(256);
  let length = 0;
  const makeRoom = (more: number): void => {
    if (length + more <= values.length) return;
    const larger = new Int32Array(Math.max(2 * values.length, length + more));
    larger.set(values);
    values = larger;
  };
  return {
    push(index) {
      if (length === values.length) makeRoom(1);
      values[length++] = index;
    },
    append(indices, count) {
      makeRoom(count);
      values.set(indices.subarray(0, count), length);
      length += count;
    },
    toArray: () => values.slice(0, length),
  };
}
