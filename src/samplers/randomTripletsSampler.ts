import { flag, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../internal/readOptions.ts';
import { checkDraw } from './checkDraw.ts';
import { checkTripletClasses } from './checkTripletClasses.ts';
import type { TripletSampler } from './sampler.ts';

export interface RandomTripletsSamplerOptions {
  /** The number of triplets in an epoch. Default: one for each example. */
  count?: number;
  /**
   * Accepts classes with a single example. The example is its own positive: such a triplet only moves the negative
   * away. Default false: such classes are refused.
   */
  allowSingletons?: boolean;
}

export const randomTripletsSamplerOptions: OptionTable<RandomTripletsSamplerOptions, 'count'> = {
  count: optional(wholeNumber(1)),
  allowSingletons: preset(false, flag),
};

const where = 'randomTripletsSampler';

/**
 * Random triplets: each anchor is drawn from all examples, its positive from the others of its class, its
 * negative from all examples of other classes.
 *
 * By default each example is the anchor of one triplet in an epoch. With `count` the anchors follow the shuffled
 * examples, again and again.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if there are fewer than two classes,
 * or a class with a single example (unless `allowSingletons`).
 * @example
 * await model.fit({ examples, labels }, { sampler: randomTripletsSampler({ count: 10_000 }) });
 */
export function randomTripletsSampler(options: RandomTripletsSamplerOptions = {}): TripletSampler {
  const values = readOptions(where, randomTripletsSamplerOptions, options);
  return {
    kind: 'triplets',
    name: where,
    sample(labels, random) {
      checkDraw(where, labels, random);
      const classes = checkTripletClasses(where, labels, values.allowSingletons);
      const count = values.count ?? labels.length;

      const anchors = random.shuffle(Int32Array.from(labels, (_, index) => index));
      const byClass = Int32Array.from(classes.flat());
      const position = new Int32Array(labels.length); // of each example in byClass
      byClass.forEach((index, at) => {
        position[index] = at;
      });
      const range = rangesByLabel(labels, classes);

      const anchor = new Int32Array(count);
      const positive = new Int32Array(count);
      const negative = new Int32Array(count);
      for (let t = 0; t < count; t++) {
        const a = anchors[t % anchors.length]!;
        const [start, size] = range.get(labels[a]!) as [number, number];
        const step = 1 + random.integer(size - 1);
        const other = random.integer(labels.length - size);
        anchor[t] = a;
        positive[t] = byClass[start + ((position[a]! - start + step) % size)]!;
        negative[t] = byClass[other < start ? other : other + size]!;
      }
      return { anchor, positive, negative };
    },
  };
}

/** The range of each class in the list of all examples sorted by class: its start and its size. */
function rangesByLabel(labels: Int32Array, classes: number[][]): Map<number, [number, number]> {
  const ranges = new Map<number, [number, number]>();
  let start = 0;
  for (const members of classes) {
    ranges.set(labels[members[0]!]!, [start, members.length]);
    start += members.length;
  }
  return ranges;
}
