import type { Tensor2D } from '@tensorflow/tfjs-core';
import { type Labels, toLabels } from '../../data/labels.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkEmbeddings } from '../../ops/checkEmbeddings.ts';
import type { Reference } from '../../tuples/reference.ts';

/** The classes of a batch's anchors and candidates; throws unless shapes fit and all embeddings are finite. */
export function checkBatch(
  where: string,
  embeddings: Tensor2D,
  labels: Labels,
  reference?: Reference,
): { labels: Int32Array; candidateLabels: Int32Array } {
  checkEmbeddings(where, 'embeddings', embeddings);
  const [batch, dims] = embeddings.shape;
  const ids = toLabels(where, labels, batch);
  if (reference === undefined) return { labels: ids, candidateLabels: ids };

  checkEmbeddings(where, 'reference.embeddings', reference.embeddings);
  const [candidates, referenceDims] = reference.embeddings.shape;
  if (referenceDims !== dims) {
    throw new MetricLearningError({
      where,
      expected: `reference.embeddings of as many dims as the embeddings (${dims})`,
      got: `${referenceDims}`,
    });
  }
  return { labels: ids, candidateLabels: toLabels(where, reference.labels, candidates) };
}
