/**
 * Rows for a search that finds largest products as smallest distances: each row gets one more value, which brings its
 * length to `radius`. A query of that length, with 0 as its last value, is at the squared distance
 * 2 radius^2 - 2 x . y.
 *
 * @see Bachrach et al.: Speeding up the Xbox recommender system using a Euclidean transformation for inner-product
 *   spaces, RecSys 2014.
 */
export function liftedRows(data: Float32Array, dims: number, radius: number): Float32Array {
  return widened(data, dims, (row, length) => {
    if (length > radius) throw new RangeError(`a row of length ${length} among those of ${radius}`);
    row[dims] = Math.sqrt(radius ** 2 - length ** 2);
  });
}

/** Queries for such rows. The length of a query does not change the order of its products. */
export function liftedQueries(data: Float32Array, dims: number, radius: number): Float32Array {
  return widened(data, dims, (row, length) => {
    const factor = length > 0 ? radius / length : 0;
    for (let k = 0; k < dims; k++) row[k] = row[k]! * factor;
  });
}

/** The length of the longest row. */
export function longestRow(data: Float32Array, dims: number): number {
  let longest = 0;
  for (let start = 0; start < data.length; start += dims) {
    longest = Math.max(longest, lengthOf(data, start, dims));
  }
  return longest;
}

function lengthOf(data: Float32Array, start: number, dims: number): number {
  let square = 0;
  for (let at = start; at < start + dims; at++) square += data[at]! ** 2;
  return Math.sqrt(square);
}

/** Rows with one more value; `work` gets each of them with the length of the original row. */
function widened(
  data: Float32Array,
  dims: number,
  work: (row: Float32Array, length: number) => void,
): Float32Array {
  const count = data.length / dims;
  const result = new Float32Array(count * (dims + 1));
  for (let i = 0; i < count; i++) {
    const row = result.subarray(i * (dims + 1), (i + 1) * (dims + 1));
    row.set(data.subarray(i * dims, (i + 1) * dims));
    work(row, lengthOf(data, i * dims, dims));
  }
  return result;
}
