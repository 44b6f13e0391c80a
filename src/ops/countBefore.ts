import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { type IndexLists, listAt } from '../tuples/internal/partners.ts';
import { readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * A smooth count of the examples that are more similar to the anchor than its partner is, for each pair (a, p) that
 * `pairs` counts: the sum over the `others` n of anchor a of `sigmoid((s[a, n] - s[a, p]) / anneal)`. 0 for every other
 * pair.
 */
export function countBefore(
  where: string,
  s: Tensor2D,
  pairs: Float32Array,
  others: IndexLists,
  anneal: number,
): Tensor2D {
  const [anchors, candidates] = s.shape;

  /** Calls `visit` with each pair that counts, the `others` of its anchor, and the sigmoid of each of them. */
  const eachPair = (
    values: Float32Array,
    visit: (pair: number, start: number, list: Int32Array, sigmoids: Float64Array) => void,
  ): void => {
    const sigmoids = new Float64Array(candidates);
    for (let a = 0; a < anchors; a++) {
      const start = a * candidates;
      const list = listAt(others, a);
      const odds = oddsOf(values.subarray(start, start + candidates), anneal);
      for (let p = 0; p < candidates; p++) {
        if (pairs[start + p] === 0) continue;
        for (let k = 0; k < list.length; k++) {
          const [partner, other] = [odds[p]!, odds[list[k]!]!];
          sigmoids[k] = other / (other + partner);
        }
        visit(start + p, start, list, sigmoids);
      }
    }
  };

  return withGradient<Tensor2D>([s], (save) => {
    const counts = new Float32Array(anchors * candidates);
    eachPair(readNow(where, s), (pair, _, list, sigmoids) => {
      let total = 0;
      for (let k = 0; k < list.length; k++) total += sigmoids[k]!;
      counts[pair] = total;
    });
    save([s]);
    return {
      value: tensor2d(counts, s.shape),
      gradient: (dy, [saved]) => {
        const upstream = readNow(where, dy);
        const inputGradient = new Float32Array(anchors * candidates);
        eachPair(readNow(where, saved as Tensor2D), (pair, start, list, sigmoids) => {
          const weight = upstream[pair]! / anneal;
          let total = 0;
          for (let k = 0; k < list.length; k++) {
            const rank = sigmoids[k]!;
            const derivative = weight * rank * (1 - rank);
            const at = start + list[k]!;
            inputGradient[at] = inputGradient[at]! + derivative;
            total += derivative;
          }
          inputGradient[pair] = inputGradient[pair]! - total;
        });
        return [tensor2d(inputGradient, [anchors, candidates])];
      },
    };
  });
}

/**
 * exp(similarity / anneal) of each entry of a row, up to a factor of the row. The sigmoid of a difference is the share
 * of one of these numbers in the sum of two, so that one exponential for each entry is enough. A number that would be 0
 * is raised to the smallest number above 0.
 */
function oddsOf(row: Float32Array, anneal: number): Float64Array {
  let peak = Number.NEGATIVE_INFINITY;
  for (const value of row) if (value > peak) peak = value;
  const odds = new Float64Array(row.length); // filled by a loop: `from` takes several times as long
  for (let i = 0; i < odds.length; i++) {
    odds[i] = Math.max(Math.exp((row[i]! - peak) / anneal), Number.MIN_VALUE);
  }
  return odds;
}
