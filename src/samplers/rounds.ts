import type { Random } from '../random/createRandom.ts';

/** The numbers below `count` in rounds, each a new shuffle: every number comes once before any comes twice. */
export function rounds(count: number, random: Random): () => number {
  const order = Array.from({ length: count }, (_, i) => i);
  let at = count;
  return () => {
    if (at === count) {
      random.shuffle(order);
      at = 0;
    }
    return order[at++]!;
  };
}
