import { zoo } from '../zoo.mjs';
import { noise } from './noise.mjs';

/** A transformer block of one head over 16 places. */
export async function open() {
  const { inputShape, network } = zoo.transformer();
  return { base: network, train: noise(inputShape) };
}
