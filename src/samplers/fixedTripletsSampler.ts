import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import type { Triplets } from '../tuples/tuples.ts';
import type { TripletSampler } from './sampler.ts';

/**
 * The user's own triplets, the same in every epoch: indices into the data set.
 *
 * @throws MetricLearningError if the three lists differ in length or are empty; at use if an index is out of range.
 */
export function fixedTripletsSampler(triplets: Triplets): TripletSampler {
  const where = 'fixedTripletsSampler';
  checkRecord(where, 'triplets', triplets, '{ anchor, positive, negative }');
  const { anchor, positive, negative } = triplets;
  const lengths = [anchor, positive, negative].map((list) => list?.length);
  if (!lengths[0] || lengths.some((length) => length !== lengths[0])) {
    throw new MetricLearningError({
      where,
      expected: 'anchor, positive and negative to be lists of one length, at least 1',
      got: `lengths ${lengths.join(', ')}`,
    });
  }
  return {
    kind: 'triplets',
    name: where,
    sample(labels) {
      for (const [name, list] of Object.entries({ anchor, positive, negative })) {
        const bad = list.findIndex((index: number) => index < 0 || index >= labels.length);
        if (bad >= 0) {
          throw new MetricLearningError({
            where,
            expected: `indices from 0 to ${labels.length - 1} (${labels.length} examples)`,
            got: `${name}[${bad}] = ${list[bad]}`,
          });
        }
      }
      return triplets;
    },
  };
}
