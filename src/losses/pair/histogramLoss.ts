import { cumsum, div, mul, reshape, sum, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkOptions } from '../../internal/checkOptions.ts';
import { checkBetween, checkInteger } from '../../internal/checks.ts';
import { type Bins, softHistogram } from '../../ops/softHistogram.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { checkDistance } from '../internal/checkDistance.ts';
import { tupleLossOptions } from '../internal/optionNames.ts';
import { pairNumbers } from '../internal/pairCounts.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';
import type { LossBatch } from '../lossBatch.ts';

export interface HistogramLossOptions extends TupleLossOptions {
  /** Bins between the similarities -1 and 1. Default 100. */
  bins?: number;
  /** Width of a bin, in place of their number: 2 / bins. */
  delta?: number;
}

/**
 * Histogram loss: the probability that a random negative pair is more similar than a random positive pair, from
 * smooth histograms of both.
 *
 * Pairs count once, whichever of the two is the anchor, and only pairs that are part of a triplet: those of anchors
 * with both a positive and a negative. `distance` has to be `cosineSimilarity()`.
 *
 * @throws MetricLearningError if `bins` is no whole number >= 1, `delta` is not above 0 and at most 2 or does not go
 * with `bins`, or `distance` is another.
 * @see Ustinova, Lempitsky: Learning Deep Embeddings with Histogram Loss, NIPS 2016. https://arxiv.org/abs/1611.00822
 */
export function histogramLoss(options: HistogramLossOptions = {}): Loss {
  checkOptions('histogramLoss', options, ['bins', 'delta', ...tupleLossOptions]);
  const { distance = cosineSimilarity() } = options;
  const bins = checkedBins(options);
  checkDistance('histogramLoss', distance, 'cosineSimilarity');

  return defineLoss({
    name: 'histogramLoss',
    accepts: { labels: 'or tuples', tuples: 'tuples', reference: 'none' },
    distance,
    options,
    reducer: meanReducer(),
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

function checkedBins({ bins, delta }: HistogramLossOptions): Bins {
  if (bins !== undefined) checkInteger('histogramLoss', 'bins', bins);
  if (delta !== undefined) checkBetween('histogramLoss', 'delta', delta, Number.MIN_VALUE, 2);
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
