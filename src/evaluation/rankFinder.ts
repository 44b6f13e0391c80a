import type { QuerySpace } from '../search/exact/searchSpace.ts';

/** The ranks up to here are exact; those beyond are float32's, where an error moves no metric by 1e-6. */
const exactRanks = 100;
/** More references than this which float32 cannot tell apart, and their order by index stands. */
const mostToSettle = 1000;

/**
 * Makes the function that gives the ranks, from 1, that the relevant references of query q have in the order of
 * distance, then index: all that a retrieval metric depends on. In ascending order; `relevant` lists the references,
 * and one at Infinity (the query itself) has no rank.
 *
 * `row` holds the float32 distances of query q. Where it cannot tell a relevant and another reference apart among the
 * first hundred, the exact distances decide.
 */
export function createRankFinder(
  query: QuerySpace,
  references: number,
): (q: number, row: Float32Array, relevant: Int32Array) => Float64Array {
  const isRelevant = new Uint8Array(references);
  const keys = new Int32Array(references);
  const others = new Int32Array(references);

  return (q, row, relevant) => {
    let farthest = -1;
    for (let i = 0; i < relevant.length; i++) {
      const r = relevant[i] as number;
      const distance = row[r] as number;
      if (distance > farthest && distance !== Infinity) farthest = distance;
      isRelevant[r] = 1;
    }
    const slack = 2 * (query.slack[q] as number); // of both of two
    const sorted = sortedKeys(row, isRelevant, farthest + slack, keys, others);
    const ranks = ranksOf(sorted, relevant.length);
    const limit = limitOfDoubt(sorted, slack);
    if (limit >= 0) settle(query, q, row, isRelevant, limit, ranks);
    for (let i = 0; i < relevant.length; i++) isRelevant[relevant[i] as number] = 0;
    return ranks;
  };
}

/** The places, from 1, of the keys that are marked as relevant, of which there are `most` or fewer. */
function ranksOf(keys: Int32Array, most: number): Float64Array {
  const ranks = new Float64Array(most);
  let found = 0;
  for (let i = 0; i < keys.length; i++) {
    ranks[found] = i + 1;
    found += (keys[i] as number) & 1;
  }
  return ranks.subarray(0, found);
}

// How often each digit occurs: constants of the module, which makes the sort 1.5 times as fast as arrays of a closure.
const low = new Int32Array(2 ** 11);
const middle = new Int32Array(2 ** 10);
const high = new Int32Array(2 ** 10);

/**
 * Sorts the references up to a distance, as keys: the bits of a float32 that is not negative are in its order, and
 * leave the lowest bit for whether the reference is relevant. A radix sort, by digits of 11, 10 and 10 bits, keeps
 * equal distances in order of index. It works in `keys` and `others`, and gives back a part of the latter.
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
    const distance = row[r] as number;
    if (!(distance <= farthest)) continue;
    const magnitude = distance > 0 ? (bits[r] as number) : 0; // rounding made it negative
    const key = (magnitude << 1) | (isRelevant[r] as number);
    keys[count++] = key;
    low[(key >>> 1) & 2047]!++;
    middle[(key >>> 12) & 1023]!++;
    high[key >>> 22]!++;
  }
  for (const counts of [low, middle, high]) toStarts(counts);
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    others[low[(key >>> 1) & 2047]!++] = key;
  }
  for (let i = 0; i < count; i++) {
    const key = others[i] as number;
    keys[middle[(key >>> 12) & 1023]!++] = key;
  }
  for (let i = 0; i < count; i++) {
    const key = keys[i] as number;
    others[high[key >>> 22]!++] = key;
  }
  return others.subarray(0, count);
}

/** Makes counts into the place where each digit's keys start. */
function toStarts(counts: Int32Array): void {
  let sum = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit] as number;
    counts[digit] = sum;
    sum += count;
  }
}

/**
 * The distance up to which the order is to be settled, or -1 if there is no doubt among the first ranks: no relevant
 * reference next to another one with no more than the slack between them.
 */
function limitOfDoubt(keys: Int32Array, slack: number): number {
  const float = new Float32Array(1);
  const bits = new Uint32Array(float.buffer);
  const distance = (i: number): number => {
    bits[0] = (keys[i] as number) >>> 1;
    return float[0] as number;
  };
  const last = Math.min(exactRanks, keys.length) - 1;
  for (let i = 0; i < last; i++) {
    const differ = (((keys[i] as number) ^ (keys[i + 1] as number)) & 1) === 1;
    if (differ && distance(i + 1) - distance(i) <= slack) return distance(last) + slack;
  }
  return -1;
}

/** Puts the exact ranks of the relevant references up to the limit in place of those there. */
function settle(
  query: QuerySpace,
  q: number,
  row: Float32Array,
  isRelevant: Uint8Array,
  limit: number,
  ranks: Float64Array,
): void {
  const near: { index: number; distance: number }[] = [];
  for (let index = 0; index < row.length; index++) {
    if ((row[index] as number) > limit) continue;
    if (near.length === mostToSettle) return;
    near.push({ index, distance: query.exact(q, index) });
  }
  near.sort((a, b) => a.distance - b.distance); // stable: equal ones stay in order of index
  let hits = 0;
  near.forEach(({ index }, i) => {
    if (isRelevant[index] === 1) ranks[hits++] = i + 1;
  });
}
