import { mul, type Scalar, scalar, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { callback, positive } from '../../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../../internal/readOptions.ts';
import { readNow } from '../../ops/readNow.ts';
import { withGradient } from '../../ops/withGradient.ts';
import { meanReducer } from '../../reducers/meanReducer.ts';
import { defineLoss } from '../defineLoss.ts';
import { tupleLossRules } from '../internal/lossOptionRules.ts';
import { similarities } from '../internal/similarities.ts';
import type { Loss, TupleLossOptions } from '../loss.ts';

export interface CoSentLossOptions extends TupleLossOptions {
  /**
   * How similar two labels are: any finite number, larger is more similar; undefined leaves the pair out. Default:
   * `(a, b) => (a === b ? 1 : 0)`.
   */
  similarity?: (a: number, b: number) => number | undefined;
  /** Cosines are multiplied by this number: the larger, the more the worst pairs count. 10 to 50. Default 20. */
  scale?: number;
}

export const coSentLossOptions: OptionTable<CoSentLossOptions, 'regularizer'> = {
  similarity: preset(
    (a: number, b: number): number | undefined => (a === b ? 1 : 0),
    callback('(a, b) => number | undefined'),
  ),
  scale: preset(20, positive),
  ...tupleLossRules(
    () => cosineSimilarity(),
    () => meanReducer(),
  ),
};

const name = 'coSentLoss';

/**
 * CoSENT, for graded similarity: `log(1 + sum of exp(scale * (cos(k, l) - cos(i, j))))` over all combinations of two pairs
 * where the labels of (i, j) are more similar than those of (k, l).
 *
 * Without a reference the pairs are all two different examples of the batch. With a reference they are all pairs of an
 * embedding and a reference embedding. The loss is one number already: reducers leave it as it is. Time grows with the
 * square of the batch times its logarithm. `distance` is a similarity or a distance, which counts negative.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if `similarity` returns no finite
 * number.
 * @example
 * const stars = coSentLoss({ similarity: (a, b) => -Math.abs(a - b) }); // labels are ratings from 1 to 5
 * const value = stars.compute(embeddings, labels);
 * // pairs with scores: embeddings[i] and others[i] have the score scores[i]
 * const graded = coSentLoss({ similarity: (a, b) => (a === b ? scores[a] : undefined) });
 * const ids = scores.map((_, i) => i);
 * graded.compute(embeddings, ids, { reference: { embeddings: others, labels: ids } });
 * @see Su: CoSENT, 2022, https://kexue.fm/archives/8847; Huang et al.: CoSENT, IEEE/ACM TASLP 2024.
 */
export function coSentLoss(options: CoSentLossOptions = {}): Loss {
  const values = readOptions(name, coSentLossOptions, options);
  const { similarity, scale, distance } = values;

  return defineLoss({
    name,
    accepts: { labels: 'needed', tuples: 'none', reference: 'optional' },
    options: values,
    distance,
    reducer: values.reducer,
    parts(batch) {
      const { labels, candidateLabels, candidates, reference } = batch;
      const ids = labels as Int32Array;
      const groups = new Map<number, number[]>();
      ids.forEach((a, i) => {
        for (let j = reference === undefined ? i + 1 : 0; j < candidates; j++) {
          const score = similarity(a, (candidateLabels as Int32Array)[j]!);
          if (score === undefined) continue;
          if (!Number.isFinite(score)) throw wrongScore(score);
          const group = groups.get(score);
          if (group === undefined) groups.set(score, [i * candidates + j]);
          else group.push(i * candidates + j);
        }
      });
      if (groups.size < 2) return [];
      const levels = [...groups.keys()]
        .sort((a, b) => a - b)
        .map((score) => groups.get(score) as number[]);
      const logits = mul<Tensor2D>(similarities(distance, batch), scale);
      return [{ name: 'loss', kind: 'reduced', values: misrankings(logits, levels) }];
    },
  });
}

/**
 * `log(1 + sum of exp(x_q - x_p))` over all p of a level and all q of the levels below it. `levels` are indices of
 * entries of x, the least similar pairs first.
 */
function misrankings(x: Tensor2D, levels: readonly (readonly number[])[]): Scalar {
  return withGradient<Scalar>([x], () => {
    const values = readNow(name, x);
    const at = (index: number): number => values[index]!;
    // below[l]: log of the sum of exp(x_q) over the levels below l; terms[l]: log of what level l adds to the sum
    const below: number[] = [];
    let sum = Number.NEGATIVE_INFINITY;
    const terms = levels.map((level) => {
      below.push(sum);
      const added = logSumExp(level.map(at));
      const term = sum + logSumExp(level.map((p) => -at(p)));
      sum = logSumExp([sum, added]);
      return term;
    });
    const loss = logSumExp([0, ...terms]);
    const gradient = new Float32Array(values.length);
    // above: log of the sum of exp(-x_p) over the levels above the current one
    let above = Number.NEGATIVE_INFINITY;
    for (let l = levels.length - 1; l >= 0; l--) {
      const level = levels[l]!;
      for (const pair of level) {
        gradient[pair] = Math.exp(at(pair) + above - loss) - Math.exp(below[l]! - at(pair) - loss);
      }
      above = logSumExp([above, ...level.map((p) => -at(p))]);
    }
    return {
      value: scalar(loss),
      gradient: (dy) => [mul(tensor2d(gradient, x.shape), dy)],
    };
  });
}

function logSumExp(values: readonly number[]): number {
  const peak = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (peak === Number.NEGATIVE_INFINITY) return peak;
  return peak + Math.log(values.reduce((sum, x) => sum + Math.exp(x - peak), 0));
}

function wrongScore(score: number): MetricLearningError {
  return new MetricLearningError({
    where: name,
    expected: 'similarity to return a finite number, or undefined for a pair to be left out',
    got: String(score),
  });
}
