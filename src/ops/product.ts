import { div, getBackend, matMul, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { withGradient } from './withGradient.ts';

/**
 * The product of two matrices, each transposed first if so asked.
 *
 * tfjs' webgl kernel takes the shared dimension by twos, and of an odd one adds the product of what lies beyond the
 * edges of both textures, which other kernels do not leave at zero; there factors and gradients are trimmed first.
 */
export function product(
  a: Tensor2D,
  b: Tensor2D,
  transposeA = false,
  transposeB = false,
): Tensor2D {
  if (getBackend() !== 'webgl') return matMul(a, b, transposeA, transposeB);
  return withGradient<Tensor2D>([a, b], (save) => {
    save([a, b]);
    return {
      value: matMul(trimmed(a), trimmed(b), transposeA, transposeB),
      gradient: (dy, saved) => {
        const [x, y, d] = [...saved, dy].map(trimmed) as [Tensor2D, Tensor2D, Tensor2D];
        return [
          transposeA ? matMul(y, d, transposeB, true) : matMul(d, y, false, !transposeB),
          transposeB ? matMul(d, x, true, transposeA) : matMul(x, d, !transposeA, false),
        ];
      },
    };
  });
}

/** The same numbers with zeros beyond the edges: of all kernels it is division that sees to it. */
function trimmed<T extends Tensor>(x: T): T {
  return div<T>(x, 1);
}
