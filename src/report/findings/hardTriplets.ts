import type { EmbeddingRows } from '../../data/embeddings.ts';
import { indicesByClass } from '../../data/labels.ts';
import type { Random } from '../../random/createRandom.ts';
import { randomTripletsSampler } from '../../samplers/randomTripletsSampler.ts';
import { createSearchSpace } from '../../search/exact/searchSpace.ts';
import type { SearchDistance } from '../../search/searchDistance.ts';
import type { Triplets } from '../../tuples/tuples.ts';

/** How random triplets fare, and the worst of them. */
export interface HardTriplets {
  /** Share of all with the positive nearer than the negative. */
  readonly accuracy: number;
  /** How many were drawn. */
  readonly drawn: number;
  /** From the largest margin violation on; no example is in two of them. */
  readonly triplets: Triplets;
  /** d(anchor, positive) - d(anchor, negative). */
  readonly violations: Float64Array;
}

const mostDrawn = 100_000;

/** Draws ten triplets an example, at most 100,000, and keeps the `count` worst; undefined where the labels allow none. */
export function hardTriplets(
  rows: EmbeddingRows,
  labels: Int32Array,
  distance: SearchDistance,
  count: number,
  random: Random,
): HardTriplets | undefined {
  const drawn = drawTriplets(labels, random);
  if (drawn === undefined) return undefined;
  const space = createSearchSpace('report', rows, distance);
  const { exact } = space.prepare(rows);
  const violations = Float64Array.from(
    drawn.anchor,
    (a, t) =>
      space.finish(exact(a, drawn.positive[t] as number)) -
      space.finish(exact(a, drawn.negative[t] as number)),
  );
  const kept = worst(drawn, violations, count);
  return {
    accuracy: violations.reduce((right, each) => right + (each < 0 ? 1 : 0), 0) / violations.length,
    drawn: violations.length,
    triplets: pick(drawn, kept),
    violations: Float64Array.from(kept, (t) => violations[t] as number),
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
  const own = (list: Int32Array): Int32Array => list.map((i) => members[i] as number);
  return { anchor: own(anchor), positive: own(positive), negative: own(negative) };
}

/** One outlier makes many bad triplets: each example is taken once. */
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
  const own = (list: Int32Array): Int32Array => Int32Array.from(kept, (t) => list[t] as number);
  return { anchor: own(anchor), positive: own(positive), negative: own(negative) };
}
