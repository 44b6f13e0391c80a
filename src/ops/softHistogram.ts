import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/** Equally wide bins: bin k lies between the nodes at `low + k * width` and `low + (k + 1) * width`. */
export interface Bins {
  readonly low: number;
  readonly width: number;
  readonly bins: number;
}

/**
 * A histogram of each row that moves smoothly with its values, [rows, bins + 1]: a value between two nodes adds to
 * both, the nearer it is the more. `counts` says how often each value counts. Values beyond the last node count there,
 * without gradient.
 */
export function softHistogram(
  where: string,
  x: Tensor2D,
  counts: Tensor2D,
  { low, width, bins }: Bins,
): Tensor2D {
  const [rows, columns] = x.shape;
  const nodes = bins + 1;
  const visit = (
    values: Float32Array,
    times: Float32Array,
    each: (at: number, node: number, part: number, inside: boolean) => void,
  ): void => {
    for (let at = 0; at < values.length; at++) {
      if (times[at] === 0) continue;
      const position = (values[at]! - low) / width;
      const bin = Math.min(Math.max(Math.floor(position), 0), bins - 1);
      const part = Math.min(Math.max(position - bin, 0), 1);
      const row = Math.floor(at / columns);
      each(at, row * nodes + bin, part, position >= 0 && position <= bins);
    }
  };

  return withGradient<Tensor2D>([x], (save) => {
    const times = readNow(where, counts);
    const histogram = new Float64Array(rows * nodes);
    visit(readNow(where, x), times, (at, node, part) => {
      const count = times[at]!;
      histogram[node] = histogram[node]! + count * (1 - part);
      histogram[node + 1] = histogram[node + 1]! + count * part;
    });
    save([x, counts]);
    return {
      value: tensor2d(Float32Array.from(histogram), [rows, nodes]),
      gradient: (dy, saved) => {
        const [values, weights] = saved.map((t) => readNow(where, t)) as [
          Float32Array,
          Float32Array,
        ];
        const upstream = readNow(where, dy);
        const inputGradient = new Float32Array(values.length);
        visit(values, weights, (at, node, _, inside) => {
          const difference = upstream[node + 1]! - upstream[node]!;
          if (inside) inputGradient[at] = (weights[at]! * difference) / width;
        });
        return [tensor2d(inputGradient, [rows, columns])];
      },
    };
  });
}
