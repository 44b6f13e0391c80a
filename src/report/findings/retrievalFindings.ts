import { className } from '../../charts/classNames.ts';
import { type RetrievalMetrics, retrievalMetrics } from '../../evaluation/retrievalMetrics.ts';
import type { ClassScores } from '../../page/classTable.ts';
import { counted, type Findings, type ReportContext } from './findings.ts';

const mostClasses = 12; // in a table

/** How well queries find examples of their class: precision at 1, R-precision, MAP@R, each with its interval. */
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
  const singletons =
    found.singletonQueries > 0
      ? ` ${counted(found.singletonQueries)} examples without another one of their class are left out.`
      : '';
  return {
    scores: {
      'precision at 1': score('precisionAt1'),
      'R-precision': score('rPrecision'),
      'MAP@R': score('mapAtR'),
    },
    parts: { classScores: classScores(found, context) },
    notes: [
      `Precision at 1, R-precision and MAP@R: each example searches among ${among}.${singletons} Below them, where 95 % of bootstrap resamples of the queries lie.`,
      ...(found.classes.length > mostClasses
        ? [`The table of classes: the ${mostClasses} worst of ${counted(found.classes.length)}.`]
        : []),
    ],
  };
}

/** One line per class, or the lines of the worst classes if there are too many. */
function classScores({ classes }: RetrievalMetrics, { names }: ReportContext): ClassScores {
  const kept =
    classes.length <= mostClasses
      ? classes
      : [...classes]
          .sort((a, b) => a.precisionAt1 - b.precisionAt1 || a.mapAtR - b.mapAtR)
          .slice(0, mostClasses);
  return {
    columns: ['queries', 'precision at 1', 'R-precision', 'MAP@R'],
    rows: kept.map(({ label, queries, precisionAt1, rPrecision, mapAtR }) => ({
      name: className(label, names),
      values: [
        counted(queries),
        ...[precisionAt1, rPrecision, mapAtR].map((value) => value.toFixed(3)),
      ],
    })),
  };
}
