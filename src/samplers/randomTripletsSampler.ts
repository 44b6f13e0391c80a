import { checkOptions } from '../internal/checkOptions.ts';
import { checkInteger } from '../internal/checks.ts';
import { checkTripletClasses } from './checkTripletClasses.ts';
import type { TripletSampler } from './sampler.ts';

export interface RandomTripletsSamplerOptions {
  /** Triplets an epoch. Default: one for each example. */
  count?: number;
  /**
   * Takes classes with a single example too, which is then its own positive: such triplets only push their negative
   * away. Default false: they are refused.
   */
  allowLone?: boolean;
}

/**
 * Random triplets: each anchor is drawn from all examples, its positive from the others of its class, its
 * negative from all examples of other classes.
 *
 * By default each example is the anchor once an epoch; with `count`, anchors go round the shuffled examples.
 *
 * @throws MetricLearningError if `count` is no whole number >= 1; at use if there are fewer than two classes, or
 * one with a single example (unless `allowLone`).
 */
export function randomTripletsSampler(options: RandomTripletsSamplerOptions = {}): TripletSampler {
  checkOptions('randomTripletsSampler', options, ['count', 'allowLone']);
  if (options.count !== undefined) checkInteger('randomTripletsSampler', 'count', options.count);
  return {
    kind: 'triplets',
    name: 'randomTripletsSampler',
    sample(labels, random) {
      const classes = checkTripletClasses('randomTripletsSampler', labels, options.allowLone);
      const { count = labels.length } = options;

      const anchors = random.shuffle(Int32Array.from(labels, (_, index) => index));
      const byClass = Int32Array.from(classes.flat());
      const place = new Int32Array(labels.length); // where in byClass an example stands
      byClass.forEach((index, at) => {
        place[index] = at;
      });
      const range = rangesByLabel(labels, classes);

      const anchor = new Int32Array(count);
      const positive = new Int32Array(count);
      const negative = new Int32Array(count);
      for (let t = 0; t < count; t++) {
        const a = anchors[t % anchors.length] as number;
        const [start, size] = range.get(labels[a] as number) as [number, number];
        const step = 1 + random.integer(size - 1);
        const other = random.integer(labels.length - size);
        anchor[t] = a;
        positive[t] = byClass[start + (((place[a] as number) - start + step) % size)] as number;
        negative[t] = byClass[other < start ? other : other + size] as number;
      }
      return { anchor, positive, negative };
    },
  };
}

/** For each class, where its members start in the list of all examples sorted by class, and how many there are. */
function rangesByLabel(labels: Int32Array, classes: number[][]): Map<number, [number, number]> {
  const ranges = new Map<number, [number, number]>();
  let start = 0;
  for (const members of classes) {
    ranges.set(labels[members[0] as number] as number, [start, members.length]);
    start += members.length;
  }
  return ranges;
}
