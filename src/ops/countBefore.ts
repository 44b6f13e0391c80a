import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { type IndexLists, listAt } from '../tuples/internal/partners.ts';
import { readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * A smooth count of those more similar to the anchor than its partner is: the sum over the `others` n of anchor a of
 * `sigmoid((s[a, n] - s[a, p]) / anneal)`, for each pair (a, p) that `pairs` counts; 0 for all others.
 */
export function countBefore(
  where: string,
  s: Tensor2D,
  pairs: Float32Array,
  others: IndexLists,
  anneal: number,
): Tensor2D {
  const [anchors, candidates] = s.shape;

  /** Calls `visit` with each pair that counts, its anchor's others, and the sigmoid of each. */
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
          const [own, other] = [odds[p] as number, odds[list[k] as number] as number];
          sigmoids[k] = other / (other + own);
        }
        visit(start + p, start, list, sigmoids);
      }
    }
  };

  return withGradient<Tensor2D>([s], (save) => {
    const counts = new Float32Array(anchors * candidates);
    eachPair(readNow(where, s), (pair, _, list, sigmoids) => {
      let total = 0;
      for (let k = 0; k < list.length; k++) total += sigmoids[k] as number;
      counts[pair] = total;
    });
    save([s]);
    return {
      value: tensor2d(counts, s.shape),
      gradient: (dy, [saved]) => {
        const upstream = readNow(where, dy);
        const pull = new Float32Array(anchors * candidates);
        eachPair(readNow(where, saved as Tensor2D), (pair, start, list, sigmoids) => {
          const weight = (upstream[pair] as number) / anneal;
          let total = 0;
          for (let k = 0; k < list.length; k++) {
            const rank = sigmoids[k] as number;
            const slope = weight * rank * (1 - rank);
            const at = start + (list[k] as number);
            pull[at] = (pull[at] as number) + slope;
            total += slope;
          }
          pull[pair] = (pull[pair] as number) - total;
        });
        return [tensor2d(pull, [anchors, candidates])];
      },
    };
  });
}

/**
 * exp(similarity / anneal) up to a factor for each of a row: a sigmoid of a difference is a share of two of them, and
 * the exponential is taken once an entry, not once a triplet. What is too far below the largest is raised to the
 * smallest number that is not 0.
 */
function oddsOf(row: Float32Array, anneal: number): Float64Array {
  let peak = Number.NEGATIVE_INFINITY;
  for (const value of row) if (value > peak) peak = value;
  const odds = new Float64Array(row.length); // filled by a loop: `from` takes several times as long
  for (let i = 0; i < odds.length; i++) {
    odds[i] = Math.max(Math.exp(((row[i] as number) - peak) / anneal), Number.MIN_VALUE);
  }
  return odds;
}
