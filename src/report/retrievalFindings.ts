import { retrievalMetrics } from '../evaluation/retrievalMetrics.ts';
import { counted, type Findings, type ReportContext } from './findings.ts';

/** How well queries find their like: precision at 1, R-precision, MAP@R, each with its interval. */
export async function retrievalFindings(context: ReportContext): Promise<Findings> {
  const { set, reference, distance, seed, onProgress } = context;
  const found = await retrievalMetrics(set.rows, set.labels, {
    distance,
    ks: [1],
    confidence: { seed },
    onProgress,
    ...(reference && { reference: { embeddings: reference.rows, labels: reference.labels } }),
  });
  const score = (name: 'precisionAt1' | 'rPrecision' | 'mapAtR') => {
    const [low, high] = found.intervals?.[name] ?? [0, 1];
    return { value: found[name].toFixed(4), note: `${low.toFixed(3)} to ${high.toFixed(3)}` };
  };
  const among = reference ? `the ${counted(reference.ids.length)} of the reference` : 'all others';
  const lone =
    found.loneQueries > 0
      ? ` ${counted(found.loneQueries)} with nothing of their class to find are left out.`
      : '';
  return {
    scores: {
      'precision at 1': score('precisionAt1'),
      'R-precision': score('rPrecision'),
      'MAP@R': score('mapAtR'),
    },
    notes: [
      `Precision at 1, R-precision and MAP@R: each example searches among ${among}.${lone} Below them, where 95 % of bootstrap resamples of the queries lie.`,
    ],
  };
}
