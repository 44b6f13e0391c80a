import type { QuerySpace } from '../neighbors/searchSpace.ts';

/**
 * Makes the function that gives the ranks, from 1, that the relevant references of query q have in the order of
 * distance, then index: all that a retrieval metric depends on. In ascending order; `relevant` lists the references,
 * and one at Infinity (the query itself) has no rank.
 *
 * `row` holds the float32 distances of query q. Nothing is sorted but the relevant ones: every other reference only
 * counts for the relevant ones behind it. Where a relevant and another are nearer to one another than float32 can
 * tell, the exact distances decide.
 */
export function createRankFinder(
  query: QuerySpace,
  references: number,
): (q: number, row: Float32Array, relevant: Int32Array) => Float64Array {
  const isRelevant = new Uint8Array(references);
  return (q, row, relevant) => {
    for (const r of relevant) isRelevant[r] = 1;
    const ranks = ranksOf(query, q, row, relevant, isRelevant);
    for (const r of relevant) isRelevant[r] = 0;
    return ranks;
  };
}

function ranksOf(
  query: QuerySpace,
  q: number,
  row: Float32Array,
  relevant: Int32Array,
  isRelevant: Uint8Array,
): Float64Array {
  const members = relevant.filter((r) => row[r] !== Infinity);
  if (members.length === 0) return new Float64Array(0);
  const sorted = Float32Array.from(members, (r) => row[r] as number).sort();
  const find = createFinder(sorted);
  const slack = 2 * (query.slack[q] as number);
  const nearest = (sorted[0] as number) - slack;
  const farthest = (sorted.at(-1) as number) + slack;
  const before = new Int32Array(sorted.length + 1); // the others between relevant i - 1 and relevant i
  const contested: number[] = [];
  for (let r = 0; r < row.length; r++) {
    const distance = row[r] as number;
    if (distance > farthest || isRelevant[r] === 1) continue;
    const place = distance < nearest ? 0 : find(distance);
    const clear =
      (place === 0 || distance - (sorted[place - 1] as number) > slack) &&
      (place === sorted.length || (sorted[place] as number) - distance > slack);
    if (clear) before[place] = (before[place] as number) + 1;
    else contested.push(r);
  }
  if (contested.length > 0) settle(query, q, row, members, sorted, contested, before);

  let others = 0;
  return Float64Array.from(sorted, (_, i) => {
    others += before[i] as number;
    return i + 1 + others;
  });
}

/** Gives the number of sorted values below one, in a step or two: a grid says between which to look. */
function createFinder(sorted: Float32Array): (value: number) => number {
  const least = sorted[0] as number;
  const range = (sorted.at(-1) as number) - least;
  const cells = 2 * sorted.length;
  const scale = range > 0 ? cells / range : 0;
  const start = new Int32Array(cells + 2);
  for (const value of sorted) {
    const next = Math.floor((value - least) * scale) + 1;
    start[next] = (start[next] as number) + 1;
  }
  for (let cell = 1; cell < start.length; cell++) {
    start[cell] = (start[cell] as number) + (start[cell - 1] as number);
  }
  return (value) => {
    const cell = Math.floor((value - least) * scale);
    if (cell < 0) return 0;
    if (cell > cells) return sorted.length;
    return countBelow(sorted, value, start[cell] as number, start[cell + 1] as number);
  };
}

/** The number of sorted values below `value`, which is known to be from `low` to `high`. */
function countBelow(
  sorted: Float32Array,
  value: number,
  low = 0,
  high: number = sorted.length,
): number {
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of sorted values that are not above `value`. */
function countUpTo(sorted: Float32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface Rival {
  readonly index: number;
  readonly distance: number;
}

const comesBefore = (a: Rival, b: Rival): number => a.distance - b.distance || a.index - b.index;

/** Counts the contested ones in `before`: by exact distance, then index, among the relevant ones in their reach. */
function settle(
  query: QuerySpace,
  q: number,
  row: Float32Array,
  members: Int32Array,
  sorted: Float32Array,
  contested: readonly number[],
  before: Int32Array,
): void {
  const slack = 2 * (query.slack[q] as number);
  const placeOf = (r: number): number => countBelow(sorted, row[r] as number);
  const rival = (index: number): Rival => ({ index, distance: query.exact(q, index) });

  const reach = new Int32Array(sorted.length + 1); // how many contested ones come into reach, and leave it, at a place
  for (const r of contested) {
    const from = countBelow(sorted, (row[r] as number) - slack);
    const to = countUpTo(sorted, (row[r] as number) + slack);
    reach[from] = (reach[from] as number) + 1;
    reach[to] = (reach[to] as number) - 1;
  }
  const isReached = new Uint8Array(sorted.length);
  const clearBelow = new Int32Array(sorted.length + 1);
  for (let place = 0, count = 0; place < sorted.length; place++) {
    count += reach[place] as number;
    isReached[place] = count > 0 ? 1 : 0;
    clearBelow[place + 1] = (clearBelow[place] as number) + (count > 0 ? 0 : 1);
  }
  const rivals = Array.from(
    members.filter((r) => isReached[placeOf(r)] === 1),
    rival,
  );
  rivals.sort(comesBefore);

  for (const r of contested) {
    const own = rival(r);
    let [low, high] = [0, rivals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comesBefore(rivals[middle] as Rival, own) < 0) low = middle + 1;
      else high = middle;
    }
    const place = (clearBelow[placeOf(r)] as number) + low;
    before[place] = (before[place] as number) + 1;
  }
}
