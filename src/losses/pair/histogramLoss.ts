import { cumsum, div, mul, reshape, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { between, wholeNumber } from '../../internal/optionKinds.ts';
import {
  type OptionTable,
  type OptionValues,
  optional,
  readOptions,
} from '../../internal/readOptions.ts';
import { type Bins, softHistogram } from '../../ops/softHistogram.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { onlyDistance, tupleLossRules } from '../internal/lossOptionRules.ts';
import { pairNumbers } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import type { LossBatch } from '../lossBatch.ts';

export interface HistogramLossOptions extends TupleLossOptions {
  /** The number of bins between the similarities -1 and 1. 100 to 200 in the paper. Default: 100, or 2 / delta. */
  bins?: number;
  /** The width of a bin, above 0 and at most 2: another way to say the number of bins. Default: 2 / bins. */
  delta?: number;
}

export const histogramLossOptions: OptionTable<
  HistogramLossOptions,
  'bins' | 'delta' | 'regularizer'
> = {
  bins: optional(wholeNumber(1)),
  delta: optional(between(Number.MIN_VALUE, 2)),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
    onlyDistance('cosineSimilarity'),
  ),
};

/**
 * Histogram loss: the probability that a random negative pair is more similar than a random positive pair, taken from
 * smooth histograms of the similarities of both kinds.
 *
 * The loss is one number for the batch. A pair counts once, whichever of the two is the anchor, and only if one of the
 * two has both a positive and a negative.
 *
 * @throws MetricLearningError if an option is unknown or out of its range, or `delta` is not 2 / bins.
 * @example
 * const loss = histogramLoss({ bins: 150 });
 * const value = loss.compute(embeddings, labels); // embeddings [batch, dims]; a scalar, yours to dispose
 * @see Ustinova, Lempitsky: Learning Deep Embeddings with Histogram Loss, NIPS 2016. https://arxiv.org/abs/1611.00822
 */
export function histogramLoss(options: HistogramLossOptions = {}): Loss {
  const values = readOptions('histogramLoss', histogramLossOptions, options);
  const { distance } = values;
  const bins = binsOf(values);

  return defineLoss({
    name: 'histogramLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'none' },
    distance,
    options: values,
    parts(batch) {
      const pairs = unorderedPairs(batch);
      if (pairs.count === 0) return [];
      const s = reshape(distance.matrix(batch.embeddings), [1, pairs.positives.length]) as Tensor2D;
      const density = (counts: Float32Array): Tensor2D => {
        const kept = tensor2d(counts, [1, counts.length]);
        return div(softHistogram('histogramLoss', s, kept, bins), sum(kept));
      };
      const reverse = mul(density(pairs.negatives), cumsum(density(pairs.positives), 1));
      return [{ name: 'loss', kind: 'reduced', values: sum(reverse) }];
    },
  });
}

function binsOf({ bins, delta }: OptionValues<typeof histogramLossOptions>): Bins {
  if (bins !== undefined && delta !== undefined && delta !== 2 / bins) {
    throw new MetricLearningError({
      where: 'histogramLoss',
      expected: 'delta to be 2 / bins',
      got: `bins: ${bins}, delta: ${delta}`,
      fix: 'Give one of the two.',
    });
  }
  const width = delta ?? 2 / (bins ?? 100);
  return { low: -1, width, bins: Math.max(1, Math.round(2 / width)) };
}

/** The pairs of triplets, each once, above the diagonal. */
function unorderedPairs(batch: LossBatch): {
  positives: Float32Array;
  negatives: Float32Array;
  count: number;
} {
  const { positives, negatives, shape } = pairNumbers(batch, true);
  const size = shape[0];
  const rows = [positives, negatives].map((pairs) =>
    Array.from({ length: size }, (_, i) => pairs.subarray(i * size, (i + 1) * size).some(Boolean)),
  );
  const complete = (i: number): boolean => rows.every((row) => row[i]);
  let count = 0;
  for (const pairs of [positives, negatives]) {
    for (let i = 0; i < size; i++) {
      pairs[i * size + i] = 0;
      for (let j = i + 1; j < size; j++) {
        const [above, below] = [i * size + j, j * size + i];
        const kept = (complete(i) && pairs[above]) || (complete(j) && pairs[below]) ? 1 : 0;
        pairs[above] = kept;
        pairs[below] = 0;
        count += kept;
      }
    }
  }
  return { positives, negatives, count };
}
