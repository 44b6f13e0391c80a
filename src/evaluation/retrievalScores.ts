/** The scores of one query, or their means. The keys of the last three are the `ks` of the call. */
export interface RetrievalScores<Value = number> {
  /** 1 if the nearest reference is relevant, else 0. */
  readonly precisionAt1: Value;
  /** The share of relevant references among the R nearest, where R is the number of relevant references. */
  readonly rPrecision: Value;
  /** The precision at the rank of each relevant reference among the R nearest, summed and divided by R. */
  readonly mapAtR: Value;
  /** The precision at the rank of each relevant reference, summed and divided by R: mean average precision. */
  readonly map: Value;
  /** 1 / rank of the first relevant reference: mean reciprocal rank. */
  readonly mrr: Value;
  /** 1 if a relevant reference is among the k nearest, else 0. */
  readonly recallAtK: Readonly<Record<number, Value>>;
  /** The share of relevant references among the k nearest, or among all if there are fewer. */
  readonly precisionAtK: Readonly<Record<number, Value>>;
  /** The sum of 1 / log2(1 + rank) over the relevant references among the k nearest, divided by the best possible. */
  readonly ndcgAtK: Readonly<Record<number, Value>>;
}

/** The number of values in a score vector. */
export const scoreCount = (ks: readonly number[]): number => 5 + 3 * ks.length;

/**
 * Scores one query from the ranks (from 1, ascending) of its relevant references among the `depth` nearest, and the
 * number of all relevant references: a vector that `toScores` reads. All scores are 0 for a query without any rank.
 */
export function scoreRanks(
  ranks: Float64Array,
  relevant: number,
  depth: number,
  ks: readonly number[],
): number[] {
  if (ranks.length === 0) return new Array(scoreCount(ks)).fill(0);
  const first = ranks[0]!;
  const inR = hitsIn(ranks, relevant);
  let [precisionInR, precision] = [0, 0];
  for (let i = 0; i < ranks.length; i++) {
    precision += (i + 1) / ranks[i]!;
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

/** The number of ascending ranks that are at most k. */
function hitsIn(ranks: Float64Array, k: number): number {
  let count = 0;
  while (count < ranks.length && ranks[count]! <= k) count++;
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

/** A vector of values in the order of `scoreRanks`, by name. */
export function toScores<Value>(
  values: ArrayLike<Value>,
  ks: readonly number[],
): RetrievalScores<Value> {
  const at = (i: number): Value => values[i]!;
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
