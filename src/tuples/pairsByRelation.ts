import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import type { Pairs } from './tuples.ts';

/** Whether two examples with these labels are similar: any relation, which need not be equality. */
export type LabelRelation = (label: number, other: number) => boolean;

/**
 * Every pair of a batch, where a relation decides: positive where `matches(label, other)` holds, negative elsewhere.
 *
 * Without `candidateLabels`, partners are the examples of the batch, and no example is a partner of itself. With them,
 * partners are indices into `candidateLabels`. Ordered by anchor, then by partner. For labels that are sets, pass the
 * index of each example as its label, and `sharedLabel(sets)` as the relation.
 *
 * @throws MetricLearningError if labels are no array, or `matches` is no function.
 * @example
 * const pairs = pairsByRelation(labels, (a, b) => Math.abs(a - b) <= 1); // ratings: neighbors are similar
 * const value = contrastiveLoss().compute(embeddings, labels, { tuples: pairs });
 */
export function pairsByRelation(
  labels: ArrayLike<number>,
  matches: LabelRelation,
  candidateLabels?: ArrayLike<number>,
): Pairs {
  checkLabels('labels', labels);
  if (candidateLabels !== undefined) checkLabels('candidateLabels', candidateLabels);
  if (typeof matches !== 'function') throw refused('matches to be a function', matches);
  const partners = candidateLabels ?? labels;
  const lists = { positive: [] as number[], negative: [] as number[] };
  const anchors = { positive: [] as number[], negative: [] as number[] };
  for (let anchor = 0; anchor < labels.length; anchor++) {
    for (let other = 0; other < partners.length; other++) {
      if (candidateLabels === undefined && other === anchor) continue;
      const related = matches(labels[anchor]!, partners[other]!);
      const kind = related ? 'positive' : 'negative';
      anchors[kind].push(anchor);
      lists[kind].push(other);
    }
  }
  return {
    positiveAnchor: Int32Array.from(anchors.positive),
    positive: Int32Array.from(lists.positive),
    negativeAnchor: Int32Array.from(anchors.negative),
    negative: Int32Array.from(lists.negative),
  };
}

function checkLabels(name: string, labels: ArrayLike<number>): void {
  if (typeof labels === 'object' && typeof labels?.length === 'number') return;
  throw refused(`${name} to be an array with a label for each example`, labels);
}

function refused(expected: string, got: unknown): MetricLearningError {
  return new MetricLearningError({ where: 'pairsByRelation', expected, got: show(got) });
}
