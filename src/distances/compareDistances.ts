import { maximum, minimum, sub, type Tensor } from '@tensorflow/tfjs-core';
import type { Distance } from './distance.ts';

/** How much farther x is than y: x - y of distances, y - x of similarities. */
export function howMuchFarther<T extends Tensor>(
  distance: Distance,
  x: Tensor | number,
  y: Tensor | number,
): T {
  return distance.inverted ? sub<T>(y, x) : sub<T>(x, y);
}

/** The nearer of two entries, elementwise. */
export function nearer<T extends Tensor>(distance: Distance, x: Tensor, y: Tensor): T {
  return distance.inverted ? maximum<T>(x, y) : minimum<T>(x, y);
}

/** The farther of two entries, elementwise. */
export function farther<T extends Tensor>(distance: Distance, x: Tensor, y: Tensor): T {
  return distance.inverted ? minimum<T>(x, y) : maximum<T>(x, y);
}
