/**
 * The positions of the `count` largest values, in ascending order, in linear time on average.
 *
 * Distances tie (that of a pair and of its mirror image), so it matters which of equal values are taken: this is
 * the quickselect of the C++ standard library, step by step, and takes the same ones as torch.topk on a CPU.
 */
export function largest(values: Float32Array, count: number): Int32Array {
  const positions = new Int32Array(values.length);
  for (let i = 0; i < positions.length; i++) positions[i] = i;
  if (count > 0 && count < values.length) select(values.slice(), positions, count - 1);
  const kept = new Uint8Array(values.length);
  for (let i = 0; i < count; i++) kept[positions[i]!] = 1;
  const found = new Int32Array(count);
  for (let position = 0, at = 0; position < kept.length; position++) {
    if (kept[position] === 1) found[at++] = position;
  }
  return found;
}

/** Reorders both so that the values larger than the one at `nth` stand before it, and the smaller ones behind. */
function select(values: Float32Array, positions: Int32Array, nth: number): void {
  let first = 0;
  let last = values.length;
  while (last - first > 3) {
    const middle = medianOf(values, first + 1, (first + last) >> 1, last - 1);
    swap(values, positions, first, middle);
    const cut = partition(values, positions, first, last);
    if (cut <= nth) first = cut;
    else last = cut;
  }
  for (let i = first + 1; i < last; i++) {
    for (let j = i; j > first && values[j]! > values[j - 1]!; j--) {
      swap(values, positions, j, j - 1);
    }
  }
}

/** Splits a range by the value at its first place; returns where its second part starts. */
function partition(
  values: Float32Array,
  positions: Int32Array,
  first: number,
  last: number,
): number {
  const pivot = values[first]!;
  let left = first + 1;
  let right = last;
  for (;;) {
    while (values[left]! > pivot) left++;
    right--;
    while (pivot > values[right]!) right--;
    if (left >= right) return left;
    swap(values, positions, left++, right);
  }
}

/** Which of three places holds the middle value. */
function medianOf(values: Float32Array, i: number, j: number, k: number): number {
  const [a, b, c] = [values[i]!, values[j]!, values[k]!];
  if (a > b) {
    if (b > c) return j;
    return a > c ? k : i;
  }
  if (a > c) return i;
  return b > c ? k : j;
}

function swap(values: Float32Array, positions: Int32Array, i: number, j: number): void {
  const value = values[i]!;
  values[i] = values[j]!;
  values[j] = value;
  const position = positions[i]!;
  positions[i] = positions[j]!;
  positions[j] = position;
}
