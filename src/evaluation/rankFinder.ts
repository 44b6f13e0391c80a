import type { QuerySpace } from '../search/exact/searchSpace.ts';

/** Ranks up to this one are exact. Later ranks are those of float32, where an error changes no metric by 1e-6. */
const exactRanks = 100;
/** If float32 cannot tell more references than this apart, they keep the order of their indices. */
const mostToSettle = 1000;

/**
 * Makes the function that returns the ranks of the references that are relevant to query q, from 1, ascending: all that
 * a retrieval metric depends on. References rank by distance, then index; `relevant` lists the indices of the relevant
 * ones, and a reference at Infinity (such as the query itself) has no rank.
 *
 * `row` holds the float32 orders of query q (see `SearchSpace`). Where float32 cannot tell a relevant reference from
 * another one among the first hundred ranks, the exact orders decide.
 */
export function createRankFinder(
  query: QuerySpace,
  references: number,
): (q: number, row: Float32Array, relevant: Int32Array) => Float64Array {
  const isRelevant = new Uint8Array(references);
  const keys = new Int32Array(references);
  const others = new Int32Array(references);

  return (q, row, relevant) => {
    if (query.exact === undefined) shift(row);
    let farthest = -1;
    for (let i = 0; i < relevant.length; i++) {
      const r = relevant[i]!;
      const distance = row[r]!;
      if (distance > farthest && distance !== Infinity) farthest = distance;
      isRelevant[r] = 1;
    }
    const slack = 2 * query.slack[q]!; // of two references
    const sorted = sortedKeys(row, isRelevant, farthest + slack, keys, others);
    const ranks = ranksOf(sorted, relevant.length);
    const limit = query.exact ? limitOfDoubt(sorted, slack) : -1;
    if (query.exact && limit >= 0) settle(query.exact, q, row, isRelevant, limit, ranks);
    for (let i = 0; i < relevant.length; i++) isRelevant[relevant[i]!] = 0;
    return ranks;
  };
}

/** Raises a row with negative orders, as negated similarities are, so that its least order is 0. */
function shift(row: Float32Array): void {
  const least = row.reduce((low, order) => Math.min(low, order), 0);
  if (least < 0) for (let r = 0; r < row.length; r++) row[r] = row[r]! - least;
}

/** The positions, from 1, of the keys that are marked as relevant, of which there are `most` or fewer. */
function ranksOf(keys: Int32Array, most: number): Float64Array {
  const ranks = new Float64Array(most);
  let found = 0;
  for (let i = 0; i < keys.length; i++) {
    ranks[found] = i + 1;
    found += keys[i]! & 1;
  }
  return ranks.subarray(0, found);
}

// How often each digit occurs: constants of the module, which makes the sort 1.5 times as fast as arrays of a closure.
const low = new Int32Array(2 ** 11);
const middle = new Int32Array(2 ** 10);
const high = new Int32Array(2 ** 10);

/**
 * Sorts the references up to a distance, as keys. The bits of float32 numbers that are not negative, read as integers,
 * have the same order as the numbers; shifted by one they leave the lowest bit to mark relevant references. A radix
 * sort by digits of 11, 10 and 10 bits keeps equal distances in the order of the indices. It works in `keys` and
 * `others`, and returns a part of `others`.
 */
function sortedKeys(
  row: Float32Array,
  isRelevant: Uint8Array,
  farthest: number,
  keys: Int32Array,
  others: Int32Array,
): Int32Array {
  const bits = new Int32Array(row.buffer, row.byteOffset, row.length);
  for (const counts of [low, middle, high]) counts.fill(0);
  let count = 0;
  for (let r = 0; r < row.length; r++) {
    const distance = row[r]!;
    if (!(distance <= farthest)) continue;
    const magnitude = distance > 0 ? bits[r]! : 0; // rounding made it negative
    const key = (magnitude << 1) | isRelevant[r]!;
    keys[count++] = key;
    low[(key >>> 1) & 2047]!++;
    middle[(key >>> 12) & 1023]!++;
    high[key >>> 22]!++;
  }
  for (const counts of [low, middle, high]) toStarts(counts);
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    others[low[(key >>> 1) & 2047]!++] = key;
  }
  for (let i = 0; i < count; i++) {
    const key = others[i]!;
    keys[middle[(key >>> 12) & 1023]!++] = key;
  }
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    others[high[key >>> 22]!++] = key;
  }
  return others.subarray(0, count);
}

/** Turns the count of each digit into the position where the keys of the digit start. */
function toStarts(counts: Int32Array): void {
  let sum = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = sum;
    sum += count;
  }
}

/**
 * The order up to which ranks are in doubt, or -1 if none of the first ranks is: a rank is in doubt where a relevant
 * reference and another one are neighbors in the ranking with at most the slack between them.
 */
function limitOfDoubt(keys: Int32Array, slack: number): number {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  const distance = (i: number): number => {
    bits[0] = keys[i]! >>> 1;
    return float[0]!;
  };
  const last = Math.min(exactRanks, keys.length) - 1;
  for (let i = 0; i < last; i++) {
    const differ = ((keys[i]! ^ keys[i + 1]!) & 1) === 1;
    if (differ && distance(i + 1) - distance(i) <= slack) return distance(last) + slack;
  }
  return -1;
}

/** Replaces the ranks of the relevant references up to the limit by the exact ranks. */
function settle(
  exact: (q: number, r: number) => number,
  q: number,
  row: Float32Array,
  isRelevant: Uint8Array,
  limit: number,
  ranks: Float64Array,
): void {
  const near: { index: number; distance: number }[] = [];
  for (let index = 0; index < row.length; index++) {
    if (row[index]! > limit) continue;
    if (near.length === mostToSettle) return;
    near.push({ index, distance: exact(q, index) });
  }
  near.sort((a, b) => a.distance - b.distance); // stable: equal ones stay in order of index
  let hits = 0;
  near.forEach(({ index }, i) => {
    if (isRelevant[index] === 1) ranks[hits++] = i + 1;
  });
}
