import { MetricLearningError } from '../errors/metricLearningError.ts';
import { listOf, wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, optional, readOptions, required } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { checkDraw } from './checkDraw.ts';
import { checkEpoch, checkWholeGroups } from './checkGroups.ts';
import { rounds } from './rounds.ts';
import type { BatchSampler } from './sampler.ts';

export interface LabelSetSamplerOptions {
  /** The labels of each example: `sets[i]` are those of the example whose label in `fit` is i. */
  sets: ArrayLike<ArrayLike<number>>;
  /** The number of examples that share a label in a batch. 2 to 8; 4 is common. */
  m: number;
  /** The number of examples in an epoch, rounded down to whole batches. Default: the size of the data set. */
  length?: number;
}

export const labelSetSamplerOptions: OptionTable<LabelSetSamplerOptions, 'length'> = {
  sets: required(listOf(listOf(wholeNumber(0), 0))),
  m: required(wholeNumber(1)),
  length: optional(wholeNumber(1)),
};

const where = 'labelSetSampler';

/**
 * Batches for labels that are sets: `batchSize / m` random labels, and for each of them `m` random examples that have it.
 *
 * It is `mPerClassSampler` for examples with several labels each. The labels of `fit` are indices into `sets`, as
 * `sharedLabel(sets)` needs them. Labels come in rounds: each round is a shuffle of all labels. An example is drawn once
 * for a batch, unless a label has too few examples.
 *
 * @throws MetricLearningError if an option is unknown, missing or out of its range; at use if `batchSize` is no multiple of
 * `m` or exceeds the length of an epoch, or a label is no index of `sets`.
 * @example
 * const matches = sharedLabel(tags);
 * const labels = tags.map((_, i) => i);
 * model.compile({ optimizer: 'adam', loss: relationLoss(supConLoss(), { matches }) });
 * await model.fit({ examples, labels }, { sampler: labelSetSampler({ sets: tags, m: 4 }), batchSize: 32 });
 */
export function labelSetSampler(options: LabelSetSamplerOptions): BatchSampler {
  const { sets, m, length: given } = readOptions(where, labelSetSamplerOptions, options);
  return {
    kind: 'batches',
    name: where,
    defaultBatchSize: () => m * Math.max(1, Math.floor(32 / m)),
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
      const length = given ?? labels.length;
      checkWholeGroups(where, m, batchSize);
      checkEpoch(where, length, batchSize);
      const groups = [...examplesByLabel(sets, labels).values()];
      if (groups.length === 0) throw noLabels();
      const next = rounds(groups.length, random);
      return Array.from({ length: Math.floor(length / batchSize) }, () => {
        const batch = new Set<number>();
        const drawn: number[] = [];
        for (let i = 0; i < batchSize / m; i++) {
          const group = groups[next()]!;
          for (const example of draw(group, m, batch, random)) {
            batch.add(example);
            drawn.push(example);
          }
        }
        return Int32Array.from(drawn);
      });
    },
  };
}

/** The examples of each label, in ascending order. */
function examplesByLabel(
  sets: ArrayLike<ArrayLike<number>>,
  labels: Int32Array,
): Map<number, number[]> {
  const examples = new Map<number, number[]>();
  labels.forEach((index, example) => {
    const set = sets[index];
    if (set === undefined) {
      throw new MetricLearningError({
        where,
        expected: `labels to be indices of sets, from 0 to ${sets.length - 1}`,
        got: `${index} at index ${example}`,
      });
    }
    for (const label of new Set(Array.from(set))) {
      const group = examples.get(label);
      if (group === undefined) examples.set(label, [example]);
      else group.push(example);
    }
  });
  return examples;
}

/** `count` examples of a group: those that the batch does not have yet first, then any, with replacement. */
function draw(
  group: readonly number[],
  count: number,
  batch: ReadonlySet<number>,
  random: Random,
): number[] {
  const fresh = group.filter((example) => !batch.has(example));
  random.shuffle(fresh);
  const drawn = fresh.slice(0, count);
  while (drawn.length < count) drawn.push(group[random.integer(group.length)]!);
  return drawn;
}

function noLabels(): MetricLearningError {
  return new MetricLearningError({
    where,
    expected: 'at least one example with a label',
    got: 'sets that are all empty',
  });
}
