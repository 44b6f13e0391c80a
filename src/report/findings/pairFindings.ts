import { numberText } from '../../charts/internal/scale.ts';
import { type CalibrationGoal, thresholdOfCurve } from '../../evaluation/calibrateThreshold.ts';
import { distanceHistogram } from '../../evaluation/distanceHistogram.ts';
import { pairDistances } from '../../evaluation/pairDistances.ts';
import { rocCurve } from '../../evaluation/rocCurve.ts';
import { metricsOfCurve } from '../../evaluation/verificationMetrics.ts';
import { distanceTitle } from '../../search/searchDistance.ts';
import { counted, type Findings, type ReportContext } from './findings.ts';

/** How well distances separate same from different pairs: histogram, ROC, AUC, equal error rate, and a threshold. */
export async function pairFindings(context: ReportContext): Promise<Findings> {
  const { set, reference, distance, goal, seed } = context;
  const pairs = await pairDistances(set.rows, set.labels, {
    distance,
    seed,
    ...(reference && { reference: { embeddings: reference.rows, labels: reference.labels } }),
  });
  const same = pairs.same.reduce((sum, value) => sum + value, 0);
  if (same === 0 || same === pairs.same.length) {
    return {
      notes: [`Distances are left out: all drawn pairs are ${same ? 'same' : 'different'}.`],
    };
  }
  const curve = rocCurve(pairs);
  const title = distanceTitle(distance);
  const { auc, eer, tarAtFar } = metricsOfCurve(curve, [0.01]);
  const chosen = thresholdOfCurve(curve, goal);
  const all = pairCount(context);
  const drawn =
    pairs.same.length < all
      ? `${counted(pairs.same.length)} of ${counted(all)} pairs, drawn at random`
      : `all ${counted(all)} pairs`;
  return {
    scores: {
      AUC: auc.toFixed(4),
      'equal error rate': eer.rate.toFixed(4),
      'TAR at FAR 1 %': (tarAtFar[0]?.tar ?? 0).toFixed(4),
      threshold: { value: numberText(chosen.threshold, 4), note: goalText(goal, chosen) },
    },
    parts: {
      distances: distanceHistogram(pairs),
      distanceName: title,
      threshold: chosen.threshold,
      roc: { ...curve, auc, eer: eer.rate },
    },
    notes: [
      `Distances and ROC: ${drawn}, ${counted(same)} of them of one class. The threshold is a ${title}, chosen for ${goalName(goal)} on these pairs: expect slightly less on new pairs.`,
    ],
  };
}

function pairCount({ set, reference }: ReportContext): number {
  const count = set.ids.length;
  return reference ? count * reference.ids.length : (count * (count - 1)) / 2;
}

function goalName(goal: CalibrationGoal): string {
  if (goal === 'f1') return 'the best F1';
  if (goal === 'accuracy') return 'the best accuracy';
  const [name, limit] = Object.entries(goal)[0] as [string, number];
  return name === 'far' ? `at most ${limit} false accepts` : `a ${name} of ${limit}`;
}

function goalText(
  goal: CalibrationGoal,
  chosen: { readonly f1: number; readonly accuracy: number; readonly recall: number },
): string {
  if (goal === 'f1') return `F1 ${chosen.f1.toFixed(3)}`;
  if (goal === 'accuracy') return `accuracy ${chosen.accuracy.toFixed(3)}`;
  return `recall ${chosen.recall.toFixed(3)}`;
}
