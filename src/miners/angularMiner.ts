import { lpDistance } from '../distances/lpDistance.ts';
import { between } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import type { Triplets } from '../tuples/tuples.ts';
import type { DistanceTable } from './internal/distanceTable.ts';
import { readTable } from './internal/readTable.ts';
import { selectTriplets } from './internal/selectTriplets.ts';
import { readMineOptions } from './mineOptions.ts';
import type { Miner } from './miner.ts';

export interface AngularMinerOptions {
  /** The least angle of a chosen triplet, in degrees. 20 to 45 in the paper. Default 20. */
  angleDegrees?: number;
}

export const angularMinerOptions: OptionTable<AngularMinerOptions> = {
  angleDegrees: preset(20, between(0, 90)),
};

const where = 'angularMiner';

/**
 * The triplets with `atan(|a - p| / (2 |n - c|)) > angle`, where c is the middle of anchor a and positive p: seen from
 * the negative n, anchor and positive are far apart.
 *
 * Distances are Euclidean between the embeddings without normalization.
 *
 * @throws MetricLearningError if an option is unknown or out of its range.
 * @example
 * const triplets = angularMiner({ angleDegrees: 30 }).mine(embeddings, labels);
 * @see Wang et al.: Deep Metric Learning with Angular Loss, ICCV 2017. https://arxiv.org/abs/1708.01682
 */
export function angularMiner(options: AngularMinerOptions = {}): Miner<Triplets> {
  const { angleDegrees } = readOptions(where, angularMinerOptions, options);
  const squared = lpDistance({ normalize: false, power: 2 });
  return {
    name: where,
    mine(embeddings, labels, options) {
      const { reference } = readMineOptions(where, options);
      const table = readTable(where, squared, embeddings, labels, reference);
      const amongCandidates =
        reference === undefined
          ? table
          : readTable(where, squared, reference.embeddings, reference.labels);
      return wideTriplets(table, amongCandidates.values, (angleDegrees * Math.PI) / 180);
    },
  };
}

/**
 * By the median theorem, 4 |n - c|^2 = 2 |a - n|^2 + 2 |p - n|^2 - |a - p|^2. So the condition on the angle is
 * |a - p|^2 > 2 sin(angle)^2 (|a - n|^2 + |p - n|^2), which needs squared distances only.
 */
function wideTriplets(
  table: DistanceTable,
  amongCandidates: Float32Array,
  angle: number,
): Triplets {
  const { values, candidateLabels } = table;
  const candidates = candidateLabels.length;
  const factor = 2 * Math.sin(angle) ** 2;
  return selectTriplets(table, (anchor, positive, negatives, distances, count, chosen) => {
    const limit = values[anchor * candidates + positive]! / factor;
    const row = positive * candidates;
    let found = 0;
    for (let i = 0; i < count; i++) {
      const n = negatives[i]!;
      if (distances[i]! + amongCandidates[row + n]! < limit) chosen[found++] = n;
    }
    return found;
  });
}
