import { counted, type Findings, type ReportContext } from './findings.ts';
import { hardTriplets } from './hardTriplets.ts';

const shown = 12;

/** How random triplets fare, and the worst of them. */
export async function tripletFindings(context: ReportContext): Promise<Findings> {
  const { set, distance, random } = context;
  const found = hardTriplets(set.rows, set.labels, distance, shown, random.fork('triplets'));
  if (found === undefined) {
    return { notes: ['Triplets are left out: they need two classes with two examples each.'] };
  }
  const { accuracy, drawn, triplets, violations } = found;
  return {
    scores: { 'triplet accuracy': accuracy.toFixed(4) },
    parts: { triplets: { triplets, violations, count: shown } },
    notes: [
      `Triplet accuracy: the share of ${counted(drawn)} random triplets whose positive is nearer than their negative. Of the worst, no example is shown twice.`,
    ],
  };
}
