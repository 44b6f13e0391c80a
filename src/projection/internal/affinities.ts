import type { Neighbors } from '../../search/exact/nearestNeighbors.ts';

/** A symmetric sparse matrix whose entries sum to 1: of row i, those from starts[i] to starts[i + 1]. */
export interface Affinities {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

const steps = 64; // of the search for a kernel's width
const tolerance = 1e-6;

/**
 * How much each row belongs to its neighbours: a Gaussian about each, as wide as makes it see `perplexity` of them,
 * then made symmetric.
 *
 * @see van der Maaten, Hinton: Visualizing Data using t-SNE, 2008, equations 1 and 2.
 */
export function affinities(
  { indices, distances, shape: [count, k] }: Neighbors,
  perplexity: number,
): Affinities {
  const share = new Float64Array(count * k);
  for (let i = 0; i < count; i++) {
    const row = i * k;
    kernel(distances.subarray(row, row + k), Math.log(perplexity), share.subarray(row, row + k));
  }

  // Entry (i, j) is the mean of what i gives j and what j gives i: both are added to both rows.
  const sizes = new Int32Array(count + 1);
  for (let at = 0; at < count * k; at++) {
    sizes[Math.floor(at / k) + 1]! += 1;
    sizes[indices[at]! + 1]! += 1;
  }
  for (let i = 0; i < count; i++) sizes[i + 1]! += sizes[i]!;
  const starts = Int32Array.from(sizes);
  const next = starts.slice(0, count);
  const columns = new Int32Array(2 * count * k);
  const values = new Float64Array(2 * count * k);
  for (let at = 0; at < count * k; at++) {
    const [i, j] = [Math.floor(at / k), indices[at]!];
    const value = share[at]! / (2 * count);
    columns[next[i]!] = j;
    values[next[i]!++] = value;
    columns[next[j]!] = i;
    values[next[j]!++] = value;
  }
  return { starts, columns, values };
}

/** Fills `share` with exp(-beta d), normalised, beta such that its entropy is `wanted`. */
function kernel(distances: Float64Array, wanted: number, share: Float64Array): void {
  let [beta, low, high] = [1, 0, Infinity];
  const nearest = distances[0]!; // taken off, so that far rows do not all round to 0
  const mean = distances.reduce((sum, d) => sum + d - nearest, 0) / distances.length;
  if (mean > 0) beta = 1 / mean;
  for (let step = 0; step < steps; step++) {
    let [sum, weighted] = [0, 0];
    for (let i = 0; i < distances.length; i++) {
      const d = distances[i]! - nearest;
      const value = Math.exp(-beta * d);
      share[i] = value;
      sum += value;
      weighted += value * d;
    }
    const entropy = Math.log(sum) + (beta * weighted) / sum;
    for (let i = 0; i < share.length; i++) share[i]! /= sum;
    if (Math.abs(entropy - wanted) < tolerance) return;
    if (entropy > wanted) low = beta;
    else high = beta;
    beta = high === Infinity ? beta * 2 : (low + high) / 2;
  }
}
