import type { Triplets } from '../../tuples/tuples.ts';
import { candidatesByClass, type DistanceTable } from './distanceTable.ts';
import { indexList } from './indexList.ts';

/**
 * Chooses the negatives of one positive pair: writes the chosen negatives to the front of `chosen`, and returns their
 * number.
 *
 * The first `count` values of `negatives` are the possible negatives of the anchor, in ascending order; `distances` are
 * their distances from the anchor.
 */
export type ChooseNegatives = (
  anchor: number,
  positive: number,
  negatives: Int32Array,
  distances: Float32Array,
  count: number,
  chosen: Int32Array,
) => number;

/** The triplets of every positive pair with the negatives that `choose` chooses for the pair. */
export function selectTriplets(table: DistanceTable, choose: ChooseNegatives): Triplets {
  const { values, labels, candidateLabels, copies } = table;
  const candidates = candidateLabels.length;
  const positives = candidatesByClass(candidateLabels);
  const negatives = new Int32Array(candidates);
  const distances = new Float32Array(candidates);
  const chosen = new Int32Array(candidates);

  const negative = indexList();
  const runs: [anchor: number, positive: number, length: number][] = [];
  for (let anchor = 0; anchor < labels.length; anchor++) {
    const label = labels[anchor]!;
    let count = 0;
    for (let other = 0; other < candidates; other++) {
      if (candidateLabels[other] === label) continue;
      negatives[count] = other;
      distances[count++] = values[anchor * candidates + other]!;
    }
    for (const positive of positives.get(label) ?? []) {
      if (positive === copies[anchor]) continue;
      const length = choose(anchor, positive, negatives, distances, count, chosen);
      if (length === 0) continue;
      negative.append(chosen, length);
      runs.push([anchor, positive, length]);
    }
  }
  return fromRuns(runs, negative.toArray());
}

/** The triplets of runs: a run is one positive pair with several negatives. `fill` is faster than `push`. */
function fromRuns(
  runs: readonly (readonly [anchor: number, positive: number, length: number])[],
  negative: Int32Array,
): Triplets {
  const anchor = new Int32Array(negative.length);
  const positive = new Int32Array(negative.length);
  let start = 0;
  for (const [a, p, length] of runs) {
    anchor.fill(a, start, start + length);
    positive.fill(p, start, start + length);
    start += length;
  }
  return { anchor, positive, negative };
}
