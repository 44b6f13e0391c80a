/** The scores of one query, or their means; `ks` of the call are the keys of the last three. */
export interface RetrievalScores<Value = number> {
  /** Is the nearest relevant? */
  readonly precisionAt1: Value;
  /** Share of relevant ones among the R nearest, R being how many are relevant in all. */
  readonly rPrecision: Value;
  /** Precision at each relevant one among the R nearest, summed and divided by R. */
  readonly mapAtR: Value;
  /** Precision at each relevant one, summed and divided by R: mean average precision. */
  readonly map: Value;
  /** 1 / rank of the first relevant one: mean reciprocal rank. */
  readonly mrr: Value;
  /** Is a relevant one among the k nearest? */
  readonly recallAtK: Readonly<Record<number, Value>>;
  /** Share of relevant ones among the k nearest (or among all, if there are fewer). */
  readonly precisionAtK: Readonly<Record<number, Value>>;
  /** Sum of 1 / log2(1 + rank) over the relevant ones among the k nearest, divided by the best possible. */
  readonly ndcgAtK: Readonly<Record<number, Value>>;
}

/** The number of values in a score vector. */
export const scoreCount = (ks: readonly number[]): number => 5 + 3 * ks.length;

/**
 * Scores one query from the ranks (from 1, ascending) of its relevant references among the `depth` nearest, and the
 * number of relevant ones in all: a vector that `toScores` reads. All are 0 for a query with none.
 */
export function scoreRanks(
  ranks: Float64Array,
  relevant: number,
  depth: number,
  ks: readonly number[],
): number[] {
  if (ranks.length === 0) return new Array(scoreCount(ks)).fill(0);
  const first = ranks[0] as number;
  const inR = hitsIn(ranks, relevant);
  let [precisionInR, precision] = [0, 0];
  for (let i = 0; i < ranks.length; i++) {
    precision += (i + 1) / (ranks[i] as number);
    if (i + 1 === inR) precisionInR = precision;
  }
  return [
    first === 1 ? 1 : 0,
    inR / Math.min(relevant, depth),
    precisionInR / relevant,
    precision / relevant,
    1 / first,
    ...ks.map((k) => (first <= k ? 1 : 0)),
    ...ks.map((k) => hitsIn(ranks, k) / Math.min(k, depth)),
    ...ks.map((k) => gain(ranks.subarray(0, hitsIn(ranks, k))) / idealGain(Math.min(k, relevant))),
  ];
}

/** How many of the ascending ranks are among the first k. */
function hitsIn(ranks: Float64Array, k: number): number {
  let count = 0;
  while (count < ranks.length && (ranks[count] as number) <= k) count++;
  return count;
}

function gain(ranks: Float64Array): number {
  return ranks.reduce((sum, rank) => sum + 1 / Math.log2(1 + rank), 0);
}

function idealGain(count: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sum += 1 / Math.log2(1 + rank);
  return sum;
}

/** A vector of values in `scoreRanks`' order, by name. */
export function toScores<Value>(
  values: ArrayLike<Value>,
  ks: readonly number[],
): RetrievalScores<Value> {
  const at = (i: number): Value => values[i] as Value;
  const group = (g: number): Record<number, Value> =>
    Object.fromEntries(ks.map((k, i) => [k, at(5 + g * ks.length + i)]));
  return {
    precisionAt1: at(0),
    rPrecision: at(1),
    mapAtR: at(2),
    map: at(3),
    mrr: at(4),
    recallAtK: group(0),
    precisionAtK: group(1),
    ndcgAtK: group(2),
  };
}
