import { zoo } from '../zoo.mjs';
import { noise } from './noise.mjs';

/** Two dense layers. */
export async function open() {
  const { inputShape, network } = zoo.dense();
  return { base: network, train: noise(inputShape) };
}
