import { checkClassIds } from './internal/checkClassIds.ts';
import type { Pairs } from './tuples.ts';

/**
 * Every pair of a batch: a positive pair where two labels agree, a negative pair where the labels differ.
 *
 * The second example of a pair is an index into `candidateLabels`. Without `candidateLabels` it is an index into the
 * batch, and no example is paired with itself. Pairs are ordered by anchor, then by the second example.
 *
 * @throws MetricLearningError if the labels are no Int32Array.
 * @example
 * allPairs(Int32Array.of(0, 0, 1)); // positive pairs (0, 1), (1, 0); negative pairs (0, 2), (1, 2), (2, 0), (2, 1)
 */
export function allPairs(labels: Int32Array, candidateLabels?: Int32Array): Pairs {
  checkClassIds('allPairs', 'labels', labels);
  if (candidateLabels !== undefined) checkClassIds('allPairs', 'candidateLabels', candidateLabels);
  const partners = candidateLabels ?? labels;
  let positives = 0;
  for (const label of labels) for (const other of partners) if (label === other) positives++;
  let negatives = labels.length * partners.length - positives;
  if (candidateLabels === undefined) positives -= labels.length;

  const pairs = {
    positiveAnchor: new Int32Array(positives),
    positive: new Int32Array(positives),
    negativeAnchor: new Int32Array(negatives),
    negative: new Int32Array(negatives),
  };
  positives = 0;
  negatives = 0;
  for (let anchor = 0; anchor < labels.length; anchor++) {
    for (let other = 0; other < partners.length; other++) {
      if (labels[anchor] !== partners[other]) {
        pairs.negativeAnchor[negatives] = anchor;
        pairs.negative[negatives++] = other;
      } else if (candidateLabels !== undefined || anchor !== other) {
        pairs.positiveAnchor[positives] = anchor;
        pairs.positive[positives++] = other;
      }
    }
  }
  return pairs;
}
