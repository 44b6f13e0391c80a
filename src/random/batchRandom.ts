import { fnv1a } from '../internal/fnv1a.ts';
import { createRandom, type Random } from './createRandom.ts';

/**
 * The random numbers of one batch, from a seed and from numbers of the batch.
 *
 * So what draws at random has no state: the same batch gives the same draw again, and a resumed training needs the seed
 * only.
 */
export function batchRandom(seed: number, values: Float32Array | Int32Array): Random {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  return createRandom(seed).fork(`batch ${fnv1a(words)}`);
}
