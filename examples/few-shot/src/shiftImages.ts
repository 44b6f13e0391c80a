import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Random } from 'tfjs-metric-learning';

/** Moves each image [count, height, width, 1] by up to `reach` pixels along both axes; what comes in from outside is 0. */
export function shiftImages(images: Tensor, reach: number, random: Random): Tensor {
  const [count = 0, height = 0, width = 0] = images.shape;
  const pixels = images.dataSync();
  const moved = new Float32Array(pixels.length);
  const draw = (): number => random.integer(2 * reach + 1) - reach;
  for (let i = 0; i < count; i++) {
    const [down, right] = [draw(), draw()];
    for (let y = Math.max(0, down); y < Math.min(height, height + down); y++) {
      const to = (i * height + y) * width;
      const from = to - down * width;
      const row = pixels.subarray(from + Math.max(0, -right), from + width - Math.max(0, right));
      moved.set(row, to + Math.max(0, right));
    }
  }
  return tensor(moved, images.shape);
}
