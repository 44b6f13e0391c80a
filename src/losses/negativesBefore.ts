import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { readNow } from '../ops/readNow.ts';
import { withGradient } from '../ops/withGradient.ts';
import type { IndexLists } from '../tuples/partners.ts';

/**
 * A smooth count of the negatives more similar to the anchor than the positive: the sum over the negatives n of anchor
 * a of `sigmoid((s[a, n] - s[a, p]) / anneal)`, for each pair (a, p) that `pairs` counts; 0 for all others.
 */
export function negativesBefore(
  where: string,
  s: Tensor2D,
  pairs: Float32Array,
  negatives: IndexLists,
  anneal: number,
): Tensor2D {
  const [anchors, candidates] = s.shape;

  /** Calls `visit` with each pair that counts, and the sigmoid of each of its negatives. */
  const eachPair = (
    values: Float32Array,
    visit: (pair: number, start: number, list: Int32Array, sigmoids: Float64Array) => void,
  ): void => {
    const sigmoids = new Float64Array(candidates);
    for (let a = 0; a < anchors; a++) {
      const start = a * candidates;
      const list = negatives.items.subarray(negatives.starts[a], negatives.starts[a + 1]);
      for (let pair = start; pair < start + candidates; pair++) {
        if (pairs[pair] === 0) continue;
        for (let k = 0; k < list.length; k++) {
          const lead = (values[start + (list[k] as number)] as number) - (values[pair] as number);
          sigmoids[k] = 1 / (1 + Math.exp(-lead / anneal));
        }
        visit(pair, start, list, sigmoids);
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
