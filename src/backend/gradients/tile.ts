import { reshape, sum, type Tensor, type TileAttrs } from '@tensorflow/tfjs-core';
import type { SimdGradient } from '../simdGradient.ts';

/**
 * The sum of all copies. tfjs cuts out each copy and adds it, which takes two operations a copy: layer normalization
 * repeats its moments thousands of times. Up to rank 4, as the gradient of tfjs.
 */
export const tileGradient: SimdGradient = {
  kernelName: 'Tile',
  config: () => ({
    inputsToSave: ['x'],
    gradFunc(dy, [x], attrs) {
      const { shape, rank } = x as Tensor;
      if (rank > 4) {
        throw new Error(
          `Gradient for tile operation is not implemented for rank-${rank} tensors yet.`,
        );
      }
      const { reps } = attrs as unknown as TileAttrs;
      // Each axis as its copies and what is copied; axes of which there is one copy are left as they are.
      const split = shape.flatMap((size, axis) =>
        reps[axis] === 1 ? [size] : [reps[axis]!, size],
      );
      const copies: number[] = [];
      let at = 0;
      for (const rep of reps) {
        if (rep !== 1) copies.push(at++);
        at++;
      }
      return { x: () => reshape(sum(reshape(dy as Tensor, split), copies), shape) };
    },
  }),
};
