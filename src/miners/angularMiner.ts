import { lpDistance } from '../distances/lpDistance.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkBetween } from '../internal/checks.ts';
import type { Triplets } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { readTable } from './internal/readTable.ts';
import { selectTriplets } from './internal/selectTriplets.ts';
import { readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

export interface AngularMinerOptions {
  /** In degrees, from 0 to 90. Default 20. */
  angleDegrees?: number;
}

const where = 'angularMiner';

/**
 * The triplets in which the negative sees the positive pair under a wide angle: those with
 * `atan(|a - p| / (2 |n - c|)) > angle`, where c is the middle of a and p.
 *
 * Distances are Euclidean between the embeddings as they are, of whatever length.
 *
 * @throws MetricLearningError if `angleDegrees` is not from 0 to 90.
 * @see Wang et al.: Deep Metric Learning with Angular Loss, ICCV 2017. https://arxiv.org/abs/1708.01682
 */
export function angularMiner(options: AngularMinerOptions = {}): Miner<Triplets> {
  checkOptions(where, options, ['angleDegrees']);
  const { angleDegrees = 20 } = options;
  checkBetween(where, 'angleDegrees', angleDegrees, 0, 90);
  const squared = lpDistance({ normalize: false, power: 2 });
  return {
    name: where,
    mine(embeddings, labels, options) {
      const { reference } = readMineOptions(where, options);
      const table = readTable(where, squared, embeddings, labels, reference);
      const between =
        reference === undefined
          ? table
          : readTable(where, squared, reference.embeddings, reference.labels);
      return wideTriplets(table, between.values, (angleDegrees * Math.PI) / 180);
    },
  };
}

/**
 * With the median theorem, 4 |n - c|^2 = 2 |a - n|^2 + 2 |p - n|^2 - |a - p|^2, the condition on the angle is
 * |a - p|^2 > 2 sin(angle)^2 (|a - n|^2 + |p - n|^2): squared distances are all that it takes.
 */
function wideTriplets(table: DistanceTable, between: Float32Array, angle: number): Triplets {
  const { values, candidateLabels } = table;
  const candidates = candidateLabels.length;
  const factor = 2 * Math.sin(angle) ** 2;
  return selectTriplets(table, (anchor, positive, negatives, distances, count, chosen) => {
    const limit = (values[anchor * candidates + positive] as number) / factor;
    const row = positive * candidates;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const n = negatives[i] as number;
      if ((distances[i] as number) + (between[row + n] as number) < limit) chosen[found++] = n;
    }
    return found;
  });
}
