import type { Pairs } from './tuples.ts';

/**
 * Every pair of a batch: positive where two labels agree, negative where they differ. Without `candidateLabels`
 * partners are the batch's own examples, and no example is its own partner. Ordered by anchor, then by partner.
 */
export function allPairs(labels: Int32Array, candidateLabels?: Int32Array): Pairs {
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
