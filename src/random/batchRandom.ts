import { createRandom, type Random } from './createRandom.ts';

/**
 * The random numbers of one batch, from a seed and from numbers of the batch.
 *
 * So what draws at random has no state: the same batch gives the same draw again, and a resumed training needs the seed
 * only.
 */
export function batchRandom(seed: number, values: Float32Array | Int32Array): Random {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let hash = 0x811c9dc5; // FNV-1a, a word at a time
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return createRandom(seed).fork(`batch ${hash}`);
}
