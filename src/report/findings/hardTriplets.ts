import type { EmbeddingRows } from '../../data/embeddings.ts';
import { indicesByClass } from '../../data/labels.ts';
import type { Distance } from '../../distances/distance.ts';
import { violationsOf } from '../../evaluation/tripletAccuracy.ts';
import type { Random } from '../../random/createRandom.ts';
import { randomTripletsSampler } from '../../samplers/randomTripletsSampler.ts';
import type { Triplets } from '../../tuples/tuples.ts';

/** The share of random triplets that are right, and the worst triplets. */
export interface HardTriplets {
  /** The share of triplets whose positive is nearer than their negative. */
  readonly accuracy: number;
  /** The number of triplets that were drawn. */
  readonly drawn: number;
  /** The worst triplets, worst first; no example is in two of them. */
  readonly triplets: Triplets;
  /** d(anchor, positive) - d(anchor, negative). */
  readonly violations: Float64Array;
}

const mostDrawn = 100_000;

/** Draws ten triplets per example, at most 100,000, and keeps the `count` worst; undefined if the labels allow none. */
export async function hardTriplets(
  rows: EmbeddingRows,
  labels: Int32Array,
  distance: Distance,
  count: number,
  random: Random,
): Promise<HardTriplets | undefined> {
  const drawn = drawTriplets(labels, random);
  if (drawn === undefined) return undefined;
  const violations = await violationsOf('report', distance, rows, drawn);
  const kept = worst(drawn, violations, count);
  return {
    accuracy: violations.reduce((right, each) => right + (each < 0 ? 1 : 0), 0) / violations.length,
    drawn: violations.length,
    triplets: pick(drawn, kept),
    violations: Float64Array.from(kept, (t) => violations[t]!),
  };
}

/** Triplets among the examples that share their class with another. */
function drawTriplets(labels: Int32Array, random: Random): Triplets | undefined {
  const groups = [...indicesByClass(labels).values()].filter((members) => members.length > 1);
  if (groups.length < 2) return undefined;
  const members = Int32Array.from(groups.flat());
  const ids = Int32Array.from(groups.flatMap((group, id) => group.map(() => id)));
  const sampler = randomTripletsSampler({ count: Math.min(mostDrawn, 10 * members.length) });
  const { anchor, positive, negative } = sampler.sample(ids, random);
  const toRows = (list: Int32Array): Int32Array => list.map((i) => members[i]!);
  return { anchor: toRows(anchor), positive: toRows(positive), negative: toRows(negative) };
}

/** The worst triplets. One outlier makes many bad triplets, so that each example is used once. */
function worst({ anchor, positive, negative }: Triplets, violations: Float64Array, count: number) {
  const order = Int32Array.from(violations.keys()).sort(
    (a, b) => violations[b]! - violations[a]! || a - b,
  );
  const [kept, used] = [[] as number[], new Set<number>()];
  for (const t of order) {
    const members = [anchor[t]!, positive[t]!, negative[t]!];
    if (members.some((i) => used.has(i))) continue;
    for (const i of members) used.add(i);
    if (kept.push(t) === count) break;
  }
  return kept;
}

function pick({ anchor, positive, negative }: Triplets, kept: readonly number[]): Triplets {
  const keep = (list: Int32Array): Int32Array => Int32Array.from(kept, (t) => list[t]!);
  return { anchor: keep(anchor), positive: keep(positive), negative: keep(negative) };
}
