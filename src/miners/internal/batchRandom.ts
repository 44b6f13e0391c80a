import { createRandom, type Random } from '../../random/createRandom.ts';
import type { DistanceTable } from './distanceTable.ts';

/**
 * The random numbers of one batch, from a seed and from the distances of the batch.
 *
 * So a random miner has no state: the same batch gives the same tuples again, and a resumed training needs the seed
 * only.
 */
export function batchRandom(seed: number, { values }: DistanceTable): Random {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let hash = 0x811c9dc5; // FNV-1a, a word at a time
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193);
  return createRandom(seed).fork(`batch ${hash}`);
}
