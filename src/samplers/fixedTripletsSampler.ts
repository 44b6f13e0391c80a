import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkRecord } from '../internal/checkRecord.ts';
import { show } from '../internal/checks.ts';
import type { Triplets } from '../tuples/tuples.ts';
import { checkDraw } from './checkDraw.ts';
import type { TripletSampler } from './sampler.ts';

/**
 * Triplets that you give, the same in every epoch: indices into the data set.
 *
 * The indices are of the training set: give `validationSampler` to `fit` for a validation set.
 *
 * @throws MetricLearningError if the three lists differ in length, are empty, or hold other than whole numbers; at use
 * if an index is out of range.
 * @example
 * const triplets = { anchor: Int32Array.of(0), positive: Int32Array.of(1), negative: Int32Array.of(5) };
 * await model.fit({ examples, labels }, { sampler: fixedTripletsSampler(triplets) });
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
  for (const [name, list] of Object.entries({ anchor, positive, negative })) {
    if (list instanceof Int32Array) continue;
    throw new MetricLearningError({
      where,
      expected: `${name} to be an Int32Array of indices into the data set`,
      got: show(list),
      fix: `Pass Int32Array.from(${name}).`,
    });
  }
  return {
    kind: 'triplets',
    name: where,
    ofOneDataset: true,
    sample(labels, random) {
      checkDraw(where, labels, random);
      for (const [name, list] of Object.entries({ anchor, positive, negative })) {
        const bad = list.findIndex((index: number) => !(index >= 0 && index < labels.length));
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
