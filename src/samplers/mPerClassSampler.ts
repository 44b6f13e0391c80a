import { indicesByClass } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { checkClassIds, checkDraw } from './checkDraw.ts';
import { checkEpoch, checkWholeGroups } from './checkGroups.ts';
import { drawMembers } from './drawMembers.ts';
import type { BatchSampler } from './sampler.ts';

export interface MPerClassSamplerOptions {
  /** The number of examples of each class in a batch. 2 to 8; 4 is common. */
  m: number;
  /** The number of examples in an epoch, rounded down to whole batches. Default: the size of the data set. */
  length?: number;
}

export const mPerClassSamplerOptions: OptionTable<MPerClassSamplerOptions, 'length'> = {
  m: required(wholeNumber(1)),
  length: optional(wholeNumber(1)),
};

const where = 'mPerClassSampler';

/**
 * Batches of `batchSize / m` random classes with `m` random examples of each class, for losses and miners that form
 * their tuples within a batch.
 *
 * The classes of a batch differ, and an epoch shows every class once before it shows any class twice. The `m` examples
 * of a class differ, except in a class that has fewer than `m` examples: they are drawn with replacement there.
 * Without a `batchSize`, `fit` takes about 32 examples: `m` of as many classes as there are, 32 / m at the most.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if `batchSize` is no multiple of
 * `m`, needs more classes than there are, or exceeds the length of an epoch.
 * @example
 * await model.fit({ examples, labels }, { sampler: mPerClassSampler({ m: 4 }), miner: semiHardMiner() });
 * @see pytorch-metric-learning's MPerClassSampler
 */
export function mPerClassSampler(options: MPerClassSamplerOptions): BatchSampler {
  const { m, length: given } = readOptions(where, mPerClassSamplerOptions, options);
  return {
    kind: 'batches',
    name: where,
    defaultBatchSize(labels) {
      checkClassIds(where, labels);
      const classes = indicesByClass(labels).size;
      return m * Math.max(1, Math.min(classes, Math.floor(32 / m)));
    },
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
      const classes = [...indicesByClass(labels).values()];
      const length = given ?? labels.length;
      checkFits(m, length, batchSize, classes.length);
      const nextClasses = classRounds(classes.length, batchSize / m, random);
      return Array.from({ length: Math.floor(length / batchSize) }, () =>
        Int32Array.from(nextClasses().flatMap((index) => drawMembers(classes[index]!, m, random))),
      );
    },
  };
}

/**
 * Draws the classes of one batch after the other. Classes come in rounds: each round is a new shuffle of all classes.
 * A batch that begins at the end of one round and ends in the next takes no class twice.
 */
function classRounds(classes: number, perBatch: number, random: Random): () => number[] {
  const order = Array.from({ length: classes }, (_, index) => index);
  let next = classes;
  return () => {
    const chosen = order.slice(next, next + perBatch);
    next += chosen.length;
    if (chosen.length === perBatch) return chosen;
    const before = new Set(chosen);
    random.shuffle(order);
    next = 0;
    for (let i = 0; chosen.length < perBatch; i++) {
      const index = order[i]!;
      if (before.has(index)) continue;
      chosen.push(index);
      // The classes that were passed over stay in the round: they move behind the ones that were taken.
      order[i] = order[next]!;
      order[next++] = index;
    }
    return chosen;
  };
}

function checkFits(m: number, length: number, batchSize: number, classes: number): void {
  checkWholeGroups(where, m, batchSize);
  if (batchSize / m > classes) {
    throw new MetricLearningError({
      where,
      expected: `at least batchSize / m = ${batchSize / m} classes`,
      got: `${classes}`,
      fix: `Use a batchSize of at most ${classes * m}, or a larger m.`,
    });
  }
  checkEpoch(where, length, batchSize);
}
