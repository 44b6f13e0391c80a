import { counted, type Findings, type ReportContext } from './findings.ts';
import { hardTriplets } from './hardTriplets.ts';

const shown = 12;

/** The share of random triplets that are right, and the worst triplets. */
export async function tripletFindings(context: ReportContext): Promise<Findings> {
  const { set, distance, random } = context;
  const found = await hardTriplets(set.rows, set.labels, distance, shown, random.fork('triplets'));
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
