import { between, listOf, type OptionKind } from '../internal/optionKinds.ts';
import { made, type OptionTable, readOptions } from '../internal/readOptions.ts';
import type { PairDistances } from './pairDistances.ts';
import { curveOf, type RocCurve } from './rocCurve.ts';

export interface VerificationOptions {
  /** The false accept rates of `tarAtFar`, from 0 to 1. Default [0.001, 0.01, 0.1]. */
  fars?: readonly number[];
}

const farsKind = listOf(between(0, 1), 0) as OptionKind<readonly number[]>;

export const verificationOptions: OptionTable<VerificationOptions> = {
  fars: made(() => [0.001, 0.01, 0.1], farsKind),
};

/** The most true accepts that a false accept rate allows. */
export interface TarAtFar {
  /** The requested false accept rate. */
  readonly limit: number;
  readonly tar: number;
  /** The false accept rate at the threshold: at most the limit. */
  readonly far: number;
  /** -Infinity if no pair may be accepted, as too many of the nearest pairs are different. */
  readonly threshold: number;
}

export interface VerificationMetrics {
  /** Area under the ROC curve: the probability that a same pair is nearer than a different pair; a tie counts half. */
  readonly auc: number;
  /** Average precision: the precision at each threshold, weighted by the step in recall. */
  readonly averagePrecision: number;
  /** Equal error rate: where the false accept rate equals the false reject rate, interpolated between two points. */
  readonly eer: { readonly rate: number; readonly threshold: number };
  /** The largest share of pairs that one threshold judges right. */
  readonly bestAccuracy: { readonly accuracy: number; readonly threshold: number };
  readonly tarAtFar: readonly TarAtFar[];
  /** Number of same pairs. */
  readonly same: number;
  /** Number of different pairs. */
  readonly different: number;
}

/**
 * How well distances separate same from different pairs, over all thresholds: AUC, average precision, equal error rate,
 * best accuracy, and the true accept rate at given false accept rates. A pair is accepted when its distance is at
 * most the threshold.
 *
 * @example
 * const { auc, eer } = verificationMetrics(await pairDistances(embeddings, labels));
 * @throws MetricLearningError on lists of different lengths, distances that are not finite, or pairs of one kind only.
 */
export function verificationMetrics(
  pairs: PairDistances,
  options: VerificationOptions = {},
): VerificationMetrics {
  const where = 'verificationMetrics';
  const { fars } = readOptions(where, verificationOptions, options);
  return metricsOfCurve(curveOf(where, pairs), fars);
}

/** The metrics of a curve that was computed before. */
export function metricsOfCurve(curve: RocCurve, fars: readonly number[]): VerificationMetrics {
  const { same, different } = curve;
  return {
    auc: areaUnder(curve),
    averagePrecision: averagePrecision(curve),
    eer: equalErrorRate(curve),
    bestAccuracy: bestAccuracy(curve),
    tarAtFar: fars.map((limit) => tarAtFar(curve, limit)),
    same,
    different,
  };
}

function areaUnder({ tar, far }: RocCurve): number {
  let area = 0;
  for (let i = 1; i < tar.length; i++) {
    area += (at(far, i) - at(far, i - 1)) * ((at(tar, i) + at(tar, i - 1)) / 2);
  }
  return area;
}

function averagePrecision({ sameAccepted, differentAccepted, tar }: RocCurve): number {
  let sum = 0;
  for (let i = 1; i < tar.length; i++) {
    const precision = at(sameAccepted, i) / (at(sameAccepted, i) + at(differentAccepted, i));
    sum += (at(tar, i) - at(tar, i - 1)) * precision;
  }
  return sum;
}

function equalErrorRate({ tar, far, thresholds }: RocCurve): VerificationMetrics['eer'] {
  const excess = (i: number): number => at(far, i) + at(tar, i) - 1; // rises from -1 to 1
  let i = 1;
  while (excess(i) < 0) i++;
  const share = -excess(i - 1) / (excess(i) - excess(i - 1));
  const between = (values: Float64Array): number =>
    at(values, i - 1) + share * (at(values, i) - at(values, i - 1));
  return { rate: between(far), threshold: i === 1 ? at(thresholds, 1) : between(thresholds) };
}

function bestAccuracy(curve: RocCurve): VerificationMetrics['bestAccuracy'] {
  const { sameAccepted, differentAccepted, thresholds, same, different } = curve;
  let best = { accuracy: 0, threshold: -Infinity };
  thresholds.forEach((threshold, i) => {
    const right = at(sameAccepted, i) + different - at(differentAccepted, i);
    const accuracy = right / (same + different);
    if (accuracy > best.accuracy) best = { accuracy, threshold };
  });
  return best;
}

function tarAtFar({ tar, far, thresholds }: RocCurve, limit: number): TarAtFar {
  const i = far.findLastIndex((rate) => rate <= limit);
  return { limit, tar: at(tar, i), far: at(far, i), threshold: at(thresholds, i) };
}

const at = (values: Float64Array, i: number): number => values[i]!;
