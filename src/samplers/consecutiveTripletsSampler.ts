import type { Random } from '../random/createRandom.ts';
import type { Triplets } from '../tuples/tuples.ts';
import { checkDraw } from './checkDraw.ts';
import { checkTripletClasses } from './checkTripletClasses.ts';
import type { TripletSampler } from './sampler.ts';

/**
 * Triplets of consecutive examples: the i-th and the (i + 1)-th example of a class are anchor and positive, the i-th
 * example of a random other class is the negative.
 *
 * Each class gives as many triplets as the smallest class has examples, less one: 54,200 triplets on the training set
 * of MNIST, 8,910 on its test set. Only the classes of the negatives are random.
 *
 * @throws MetricLearningError (at use) if there are fewer than two classes, or one with a single example.
 * @example
 * await model.fit({ examples, labels }, { sampler: consecutiveTripletsSampler() }); // the default
 * @see The rule of Keras' and TensorFlow's siamese examples on MNIST (`create_pairs`).
 */
export function consecutiveTripletsSampler(): TripletSampler {
  return {
    kind: 'triplets',
    name: 'consecutiveTripletsSampler',
    sample(labels, random) {
      checkDraw('consecutiveTripletsSampler', labels, random);
      const classes = checkTripletClasses('consecutiveTripletsSampler', labels);
      const each = Math.min(...classes.map((members) => members.length)) - 1;
      return draw(classes, each, random);
    },
  };
}

function draw(classes: number[][], each: number, random: Random): Triplets {
  const count = classes.length * each;
  const anchor = new Int32Array(count);
  const positive = new Int32Array(count);
  const negative = new Int32Array(count);
  let t = 0;
  classes.forEach((members, index) => {
    for (let i = 0; i < each; i++, t++) {
      const other = (index + 1 + random.integer(classes.length - 1)) % classes.length;
      anchor[t] = members[i]!;
      positive[t] = members[i + 1]!;
      negative[t] = classes[other]![i]!;
    }
  });
  return { anchor, positive, negative };
}
