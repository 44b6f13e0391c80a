import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { createRandom } from '../random/createRandom.ts';
import { calibrateThreshold } from './calibrateThreshold.ts';
import type { PairDistances } from './pairDistances.ts';
import { splitPairs } from './rocCurve.ts';

export interface FoldOptions {
  /** Default 10. */
  folds?: number;
  /** Shuffles the pairs first. Without it the folds are the consecutive tenths of the list, as LFW has its pairs. */
  seed?: number;
}

export interface FoldAccuracy {
  /** Mean of the folds' accuracies. */
  readonly accuracy: number;
  /** Standard error of the mean: the folds' standard deviation divided by the root of their number. */
  readonly standardError: number;
  /** Of each fold: its accuracy, and the threshold that was best on all the others. */
  readonly folds: readonly { readonly accuracy: number; readonly threshold: number }[];
}

/**
 * Verification accuracy by the protocol of Labeled Faces in the Wild: for each fold, the threshold of best accuracy is
 * chosen on the other folds and judges the pairs of this one.
 *
 * @throws MetricLearningError if there are fewer pairs than folds, or the other folds lack same or different pairs.
 * @see Huang et al.: Labeled Faces in the Wild, UMass technical report 07-49, 2007.
 */
export function foldAccuracy(pairs: PairDistances, options: FoldOptions = {}): FoldAccuracy {
  const where = 'foldAccuracy';
  checkOptions(where, options, ['folds', 'seed']);
  const { folds = 10, seed } = options;
  checkInteger(where, 'folds', folds, 2);
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
  if (seed !== undefined) createRandom(seed).fork('folds').shuffle(order);

  const results = Array.from({ length: folds }, (_, fold) => {
    const from = Math.floor((fold * count) / folds);
    const to = Math.floor(((fold + 1) * count) / folds);
    const others = order.filter((_, i) => i < from || i >= to);
    const { threshold } = calibrateThreshold(select(pairs, others), 'accuracy');
    const own = select(pairs, order.subarray(from, to));
    const right = own.distances.filter((d, i) => d <= threshold === Boolean(own.same[i])).length;
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
    const pair = chosen[i] as number;
    selected.distances[i] = distances[pair] as number;
    selected.same[i] = same[pair] ? 1 : 0;
  }
  return selected;
}
