import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { readNow } from './readNow.ts';
import { withGradient } from './withGradient.ts';

/**
 * Lp distance of every row of x to every row of y, [m, n], for any p >= 1. The gradient between equal rows is 0.
 *
 * For p = 2, `squaredDistances` is faster.
 */
export function lpDistances(x: Tensor2D, y: Tensor2D, p: number): Tensor2D {
  const [m, dims] = x.shape;
  const [n] = y.shape;
  return withGradient<Tensor2D>([x, y], (save) => {
    const [a, b] = [readNow('lpDistance', x), readNow('lpDistance', y)];
    const distances = new Float32Array(m * n);
    for (let i = 0, at = 0; i < m; i++) {
      for (let j = 0; j < n; j++) distances[at++] = distanceOf(a, i * dims, b, j * dims, dims, p);
    }
    save([x, y]);
    return {
      value: tensor2d(distances, [m, n]),
      gradient: (dy, saved) => {
        const [u, v] = saved.map((t) => readNow('lpDistance', t)) as [Float32Array, Float32Array];
        const upstream = readNow('lpDistance', dy);
        const gradientX = new Float32Array(m * dims);
        const gradientY = new Float32Array(n * dims);
        for (let i = 0, at = 0; i < m; i++) {
          for (let j = 0; j < n; j++, at++) {
            const d = distances[at]!;
            const weight = upstream[at]!;
            if (d === 0 || weight === 0) continue;
            for (let k = 0, r = i * dims, s = j * dims; k < dims; k++, r++, s++) {
              const difference = u[r]! - v[s]!;
              // sign(difference) * (|difference| / d)^(p - 1)
              const derivative =
                p === 1
                  ? Math.sign(difference)
                  : Math.sign(difference) * (Math.abs(difference) / d) ** (p - 1);
              gradientX[r] = gradientX[r]! + weight * derivative;
              gradientY[s] = gradientY[s]! - weight * derivative;
            }
          }
        }
        return [tensor2d(gradientX, [m, dims]), tensor2d(gradientY, [n, dims])];
      },
    };
  });
}

function distanceOf(
  a: Float32Array,
  from: number,
  b: Float32Array,
  to: number,
  dims: number,
  p: number,
): number {
  let total = 0;
  if (p === 1) {
    for (let k = 0; k < dims; k++) {
      total += Math.abs(a[from + k]! - b[to + k]!);
    }
    return total;
  }
  for (let k = 0; k < dims; k++) {
    total += Math.abs(a[from + k]! - b[to + k]!) ** p;
  }
  return total ** (1 / p);
}
