import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { show } from '../../internal/checks.ts';
import type { Triplets, Tuples } from '../tuples.ts';

/** Whether tuples are triplets, and not pairs; throws for what is neither. */
export function areTriplets(where: string, tuples: Tuples): tuples is Triplets {
  if (typeof tuples === 'object' && tuples !== null) {
    if ('anchor' in tuples) return true;
    if ('positiveAnchor' in tuples) return false;
  }
  throw new MetricLearningError({
    where,
    expected:
      'tuples to be { anchor, positive, negative } or { positiveAnchor, positive, negativeAnchor, negative }',
    got: show(tuples),
  });
}

/**
 * Throws unless tuples are triplets or pairs whose anchors are indices below `anchors`, and whose positives and
 * negatives are indices below `candidates`. Both limits are infinite by default.
 */
export function checkTuples(
  where: string,
  tuples: Tuples,
  anchors: number = Number.POSITIVE_INFINITY,
  candidates: number = Number.POSITIVE_INFINITY,
): void {
  if (areTriplets(where, tuples)) {
    const { anchor, positive, negative } = tuples;
    checkIndices(where, 'anchor', anchor, anchors);
    checkIndices(where, 'positive', positive, candidates, anchor.length);
    checkIndices(where, 'negative', negative, candidates, anchor.length);
    return;
  }
  const { positiveAnchor, positive, negativeAnchor, negative } = tuples;
  checkIndices(where, 'positiveAnchor', positiveAnchor, anchors);
  checkIndices(where, 'positive', positive, candidates, positiveAnchor.length);
  checkIndices(where, 'negativeAnchor', negativeAnchor, anchors);
  checkIndices(where, 'negative', negative, candidates, negativeAnchor.length);
}

function checkIndices(
  where: string,
  name: string,
  indices: Int32Array,
  below: number,
  length = indices?.length,
): void {
  if (!(indices instanceof Int32Array) || indices.length !== length) {
    throw new MetricLearningError({
      where,
      expected: `tuples.${name} to be an Int32Array${length === undefined ? '' : ` of length ${length}`}`,
      got: indices instanceof Int32Array ? `length ${indices.length}` : show(indices),
    });
  }
  const bad = indices.findIndex((index) => index < 0 || index >= below);
  if (bad < 0) return;
  const known = Number.isFinite(below);
  throw new MetricLearningError({
    where,
    expected: `tuples.${name} to be indices ${known ? `from 0 to ${below - 1}` : '>= 0'}`,
    got: `${indices[bad]} at position ${bad}`,
    ...(known && {
      fix: 'Mine the tuples on this batch, or pass the reference set that the tuples index.',
    }),
  });
}
