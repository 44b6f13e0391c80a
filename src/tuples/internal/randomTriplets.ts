import type { Random } from '../../random/createRandom.ts';
import type { Triplets } from '../tuples.ts';
import { listAt, type Partners } from './partners.ts';

/**
 * `perAnchor` random triplets of each anchor that has a positive and a negative: both are drawn evenly, and with
 * replacement.
 */
export function randomTriplets(partners: Partners, perAnchor: number, random: Random): Triplets {
  const anchors = partners.positives.starts.length - 1;
  const found: [anchor: number, positive: number, negative: number][] = [];
  for (let anchor = 0; anchor < anchors; anchor++) {
    const positives = listAt(partners.positives, anchor);
    const negatives = listAt(partners.negatives, anchor);
    if (positives.length === 0 || negatives.length === 0) continue;
    for (let i = 0; i < perAnchor; i++) {
      const positive = positives[random.integer(positives.length)]!;
      const negative = negatives[random.integer(negatives.length)]!;
      found.push([anchor, positive, negative]);
    }
  }
  return {
    anchor: Int32Array.from(found, ([anchor]) => anchor),
    positive: Int32Array.from(found, ([, positive]) => positive),
    negative: Int32Array.from(found, ([, , negative]) => negative),
  };
}
