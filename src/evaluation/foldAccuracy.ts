import { MetricLearningError } from '../errors/metricLearningError.ts';
import { seed, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { createRandom } from '../random/createRandom.ts';
import { calibrateThreshold } from './calibrateThreshold.ts';
import type { PairDistances } from './pairDistances.ts';
import { splitPairs } from './rocCurve.ts';

export interface FoldOptions {
  /** The number of folds. Default 10. */
  folds?: number;
  /** Shuffles the pairs first. Default: no shuffle; the folds are consecutive parts of the list, as in LFW. */
  seed?: number;
}

export const foldOptions: OptionTable<FoldOptions, 'seed'> = {
  folds: preset(10, wholeNumber(2)),
  seed: optional(seed),
};

export interface FoldAccuracy {
  /** Mean of the folds' accuracies. */
  readonly accuracy: number;
  /** Standard error of the mean: the folds' standard deviation divided by the root of their number. */
  readonly standardError: number;
  /** Each fold: its accuracy, and the threshold that was best on all other folds. */
  readonly folds: readonly { readonly accuracy: number; readonly threshold: number }[];
}

/**
 * Verification accuracy by the protocol of Labeled Faces in the Wild: the pairs of each fold are judged by the threshold
 * that has the best accuracy on the other folds.
 *
 * @throws MetricLearningError if there are fewer pairs than folds, or the other folds lack same or different pairs.
 * @example
 * const { accuracy, standardError } = foldAccuracy(pairs, { seed: 0 });
 * @see Huang et al.: Labeled Faces in the Wild, UMass technical report 07-49, 2007.
 */
export function foldAccuracy(pairs: PairDistances, options: FoldOptions = {}): FoldAccuracy {
  const where = 'foldAccuracy';
  const values = readOptions(where, foldOptions, options);
  const { folds } = values;
  splitPairs(where, pairs);
  const count = pairs.distances.length;
  if (count < folds) {
    throw new MetricLearningError({
      where,
      expected: `at least as many pairs as folds (${folds})`,
      got: `${count}`,
    });
  }
  const order = Int32Array.from({ length: count }, (_, i) => i);
  if (values.seed !== undefined) createRandom(values.seed).fork('folds').shuffle(order);

  const results = Array.from({ length: folds }, (_, f) => {
    const from = Math.floor((f * count) / folds);
    const to = Math.floor(((f + 1) * count) / folds);
    const others = order.filter((_, i) => i < from || i >= to);
    const { threshold } = calibrateThreshold(select(pairs, others), 'accuracy');
    const fold = select(pairs, order.subarray(from, to));
    const right = fold.distances.filter((d, i) => d <= threshold === Boolean(fold.same[i])).length;
    return { accuracy: right / (to - from), threshold };
  });
  const accuracy = results.reduce((sum, fold) => sum + fold.accuracy, 0) / folds;
  const squares = results.reduce((sum, fold) => sum + (fold.accuracy - accuracy) ** 2, 0);
  return { accuracy, standardError: Math.sqrt(squares / (folds - 1) / folds), folds: results };
}

function select(
  { distances, same }: PairDistances,
  chosen: Int32Array,
): { distances: Float64Array; same: Uint8Array } {
  const selected = {
    distances: new Float64Array(chosen.length),
    same: new Uint8Array(chosen.length),
  };
  for (let i = 0; i < chosen.length; i++) {
    const pair = chosen[i]!;
    selected.distances[i] = distances[pair]!;
    selected.same[i] = same[pair] ? 1 : 0;
  }
  return selected;
}
