import { toPairs, toTriplets } from '../convertTuples.ts';
import type { Tuples } from '../tuples.ts';

/** The tuples, followed by `others`; the result is pairs or triplets, as `tuples` are. */
export function joinTuples(tuples: Tuples, others: Tuples | undefined): Tuples {
  if (others === undefined) return tuples;
  if ('anchor' in tuples) {
    const more = toTriplets(others);
    return {
      anchor: join(tuples.anchor, more.anchor),
      positive: join(tuples.positive, more.positive),
      negative: join(tuples.negative, more.negative),
    };
  }
  const more = toPairs(others);
  return {
    positiveAnchor: join(tuples.positiveAnchor, more.positiveAnchor),
    positive: join(tuples.positive, more.positive),
    negativeAnchor: join(tuples.negativeAnchor, more.negativeAnchor),
    negative: join(tuples.negative, more.negative),
  };
}

function join(first: Int32Array, second: Int32Array): Int32Array {
  const joined = new Int32Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
