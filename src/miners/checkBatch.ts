import type { Tensor2D } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../base/errors.ts';
import { type Labels, toLabels } from '../base/labels.ts';
import { readNow } from '../ops/readNow.ts';
import type { Reference } from '../tuples/reference.ts';

/** The classes of a batch's anchors and candidates; throws unless shapes fit and all embeddings are finite. */
export function checkBatch(
  where: string,
  embeddings: Tensor2D,
  labels: Labels,
  reference?: Reference,
): { labels: Int32Array; candidateLabels: Int32Array } {
  const anchorLabels = checkEmbeddings(where, 'embeddings', embeddings, labels);
  if (reference === undefined) return { labels: anchorLabels, candidateLabels: anchorLabels };

  const name = 'reference.embeddings';
  const candidateLabels = checkEmbeddings(where, name, reference.embeddings, reference.labels);
  const [dims, referenceDims] = [embeddings.shape[1], reference.embeddings.shape[1]];
  if (dims !== referenceDims) {
    throw new MetricLearningError({
      where,
      expected: `${name} of as many dimensions as the embeddings (${dims})`,
      got: `${referenceDims}`,
    });
  }
  return { labels: anchorLabels, candidateLabels };
}

function checkEmbeddings(
  where: string,
  name: string,
  embeddings: Tensor2D,
  labels: Labels,
): Int32Array {
  if (embeddings.rank !== 2) {
    throw new MetricLearningError({
      where,
      expected: `${name} of shape [batch, dims]`,
      got: `shape [${embeddings.shape}]`,
    });
  }
  const [batch, dims] = embeddings.shape;
  const checked = toLabels(where, labels, batch);
  const values = readNow(where, embeddings);
  const bad = values.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new MetricLearningError({
      where,
      expected: `${name} of finite numbers`,
      got: `${values[bad]} in row ${Math.floor(bad / dims)}`,
      fix: 'Lower the learning rate, or look for such values in the examples.',
    });
  }
  return checked;
}
