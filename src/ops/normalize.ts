import {
  abs,
  div,
  maximum,
  mul,
  pow,
  sign,
  step,
  sub,
  sum,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { hasOwnKernel, runOwnKernel } from './ownKernel.ts';
import { inHostMemory, readNow } from './readNow.ts';
import { rowNorms } from './rowNorms.ts';
import { type WithGradient, withGradient } from './withGradient.ts';

/**
 * Rows divided by their Lp norm, or by `minNorm` where the norm is smaller: a zero row stays zero, and its gradient
 * is divided by `minNorm`.
 */
export function normalize(x: Tensor2D, p = 2, minNorm = 1e-12): Tensor2D {
  return withGradient<Tensor2D>([x], (save) => {
    if (p === 2 && hasOwnKernel('SimdNormalize')) return byKernel(x, minNorm, save);
    return inHostMemory() ? byLoop(x, p, minNorm) : byTensors(x, p, minNorm, save);
  });
}

function byKernel(
  x: Tensor2D,
  least: number,
  save: (tensors: Tensor2D[]) => void,
): WithGradient<Tensor2D> {
  save([x]);
  return {
    value: runOwnKernel('SimdNormalize', { x }, { least })[0] as Tensor2D,
    gradient: (dy, [rows]) => [
      ...runOwnKernel('SimdNormalizeGradient', { x: rows, dy }, { least }),
    ],
  };
}

function byTensors(
  x: Tensor2D,
  p: number,
  minNorm: number,
  save: (tensors: Tensor2D[]) => void,
): WithGradient<Tensor2D> {
  const unit = div<Tensor2D>(x, maximum(rowNorms(x, p), minNorm));
  save([x, unit]);
  return {
    value: unit,
    gradient: (dy, saved) => {
      const [rows, y] = saved as [Tensor2D, Tensor2D];
      const norms = rowNorms(rows, p);
      // d norm / d x, which is y for p = 2
      const derivative = p === 2 ? y : p === 1 ? sign(y) : mul(sign(y), pow(abs(y), p - 1));
      const along = mul(sum(mul(dy, y), 1, true), step(sub(norms, minNorm)));
      return [div(sub(dy, mul(along, derivative)), maximum(norms, minNorm))];
    },
  };
}

function byLoop(x: Tensor2D, p: number, minNorm: number): WithGradient<Tensor2D> {
  const [rows, dims] = x.shape;
  const values = readNow('normalize', x);
  const unit = new Float32Array(values.length);
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const [start, end] = [row * dims, (row + 1) * dims];
    let total = 0;
    for (let i = start; i < end; i++) {
      const size = Math.abs(values[i]!);
      total += p === 2 ? size * size : p === 1 ? size : size ** p;
    }
    const norm = p === 2 ? Math.sqrt(total) : total ** (1 / p);
    const divisor = Math.max(norm, minNorm);
    for (let i = start; i < end; i++) unit[i] = values[i]! / divisor;
    norms[row] = norm;
  }
  return {
    value: tensor2d(unit, [rows, dims]),
    gradient: (dy) => {
      const upstream = readNow('normalize', dy);
      const inputGradient = new Float32Array(unit.length);
      for (let row = 0; row < rows; row++) {
        const [start, end] = [row * dims, (row + 1) * dims];
        const norm = norms[row]!;
        let along = 0;
        if (norm > minNorm) {
          for (let i = start; i < end; i++) along += upstream[i]! * unit[i]!;
        }
        const divisor = Math.max(norm, minNorm);
        for (let i = start; i < end; i++) {
          const y = unit[i]!;
          const derivative = p === 2 ? y : Math.sign(y) * (p === 1 ? 1 : Math.abs(y) ** (p - 1));
          inputGradient[i] = (upstream[i]! - along * derivative) / divisor;
        }
      }
      return [tensor2d(inputGradient, [rows, dims])];
    },
  };
}
