import { indicesByClass, type Labels, toLabels } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkInteger } from '../internal/checks.ts';
import {
  seed as anyWholeNumber,
  either,
  listOf,
  oneOf,
  wholeNumber,
} from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions, required } from '../internal/readOptions.ts';
import type { Random } from '../random/createRandom.ts';
import { checkDraw } from './checkDraw.ts';
import { drawMembers } from './drawMembers.ts';
import type { BatchSampler } from './sampler.ts';

export interface HierarchicalSamplerOptions {
  /** The super class of each example, such as animal for the class dog: one whole number an example. */
  superLabels: Labels;
  /** The number of examples of each class in a batch; 'all' takes whole classes while they fit. */
  samplesPerClass: number | 'all';
  /** The number of super classes in a batch; each has an equal share of the batch. Default 2. */
  superClassesPerBatch?: number;
  /** The number of batches in an epoch for each combination of super classes. Default 4. */
  batchesPerSuperTuple?: number;
}

export const hierarchicalSamplerOptions: OptionTable<HierarchicalSamplerOptions> = {
  superLabels: required(listOf(anyWholeNumber)),
  samplesPerClass: required(either(wholeNumber(1), oneOf('all'))),
  superClassesPerBatch: preset(2, wholeNumber(1)),
  batchesPerSuperTuple: preset(4, wholeNumber(1)),
};

const where = 'hierarchicalSampler';
const mostBatches = 1_000_000;

/**
 * Batches with hard negatives: a batch holds a few super classes, and for each super class several of its classes, so
 * that most negatives are of related classes.
 *
 * An epoch has `batchesPerSuperTuple` batches for every combination of super classes, in random order. The examples of a
 * class are drawn as in `mPerClassSampler`. A batch is shorter than `batchSize` where a super class has too few classes,
 * or where whole classes do not fill the share of a super class.
 *
 * @throws MetricLearningError if an option is unknown or out of its range; at use if `batchSize` is no multiple of
 * `superClassesPerBatch`, or a share no multiple of `samplesPerClass`, if there are too few super classes or too many
 * combinations of super classes, or if no class of a super class fits.
 * @example
 * const sampler = hierarchicalSampler({ superLabels, samplesPerClass: 4 });
 * @see Cakir et al.: Deep Metric Learning to Rank, CVPR 2019, section 4.2.
 */
export function hierarchicalSampler(options: HierarchicalSamplerOptions): BatchSampler {
  const values = readOptions(where, hierarchicalSamplerOptions, options);
  const { samplesPerClass, superClassesPerBatch, batchesPerSuperTuple } = values;
  const superLabels = toLabels(where, values.superLabels);
  return {
    kind: 'batches',
    name: where,
    ofOneDataset: true,
    sample(labels, random, batchSize) {
      checkDraw(where, labels, random);
      checkOneEach(superLabels.length, labels.length);
      const share = shareOf(batchSize, superClassesPerBatch, samplesPerClass);
      const superClasses = classesBySuperClass(labels, superLabels, samplesPerClass, share);
      checkCombinations(superClasses.length, superClassesPerBatch, batchesPerSuperTuple);
      const batches: Int32Array[] = [];
      for (const combination of combinations(superClasses, superClassesPerBatch)) {
        for (let i = 0; i < batchesPerSuperTuple; i++) {
          const batch = combination.flatMap((classes) =>
            fillShare(classes, share, samplesPerClass, random),
          );
          batches.push(Int32Array.from(random.shuffle(batch)));
        }
      }
      return random.shuffle(batches);
    },
  };
}

/** The examples of one super class's part of a batch. */
function fillShare(
  classes: number[][],
  share: number,
  samplesPerClass: number | 'all',
  random: Random,
): number[] {
  const drawn: number[] = [];
  for (const members of random.shuffle([...classes])) {
    const count = samplesPerClass === 'all' ? members.length : samplesPerClass;
    if (drawn.length + count <= share) drawn.push(...drawMembers(members, count, random));
  }
  return drawn;
}

function checkOneEach(superLabels: number, examples: number): void {
  if (superLabels === examples) return;
  throw new MetricLearningError({
    where,
    expected: `one super label per example (${examples})`,
    got: `superLabels of length ${superLabels}`,
  });
}

function shareOf(batchSize: number, superClasses: number, samplesPerClass: number | 'all'): number {
  checkInteger(where, 'batchSize', batchSize);
  const least = superClasses * (samplesPerClass === 'all' ? 1 : samplesPerClass);
  if (batchSize % least !== 0) {
    throw new MetricLearningError({
      where,
      expected:
        samplesPerClass === 'all'
          ? `batchSize to be a multiple of superClassesPerBatch (${superClasses})`
          : `batchSize to be a multiple of superClassesPerBatch * samplesPerClass (${least})`,
      got: `batchSize: ${batchSize}`,
      fix: `Use ${Math.max(1, Math.round(batchSize / least)) * least}.`,
    });
  }
  return batchSize / superClasses;
}

/** The members of each class of each super class. */
function classesBySuperClass(
  labels: Int32Array,
  superLabels: Int32Array,
  samplesPerClass: number | 'all',
  share: number,
): number[][][] {
  return [...indicesByClass(superLabels)].map(([superClass, members]) => {
    const classes = [...indicesByClass(Int32Array.from(members, (i) => labels[i]!)).values()].map(
      (positions) => positions.map((position) => members[position]!),
    );
    const least = Math.min(...classes.map(({ length }) => length));
    if (samplesPerClass === 'all' && least > share) {
      throw new MetricLearningError({
        where,
        expected: `a class of at most ${share} examples in super class ${superClass}`,
        got: `a smallest class of ${least}`,
        fix: 'Use a larger batchSize, or a number for samplesPerClass.',
      });
    }
    return classes;
  });
}

function checkCombinations(count: number, size: number, batches: number): void {
  if (size > count) {
    throw new MetricLearningError({
      where,
      expected: `at least superClassesPerBatch (${size}) super classes`,
      got: `${count}`,
    });
  }
  let total = batches;
  for (let i = 1; i <= size; i++) total = (total * (count - size + i)) / i;
  if (total > mostBatches) {
    throw new MetricLearningError({
      where,
      expected: `an epoch of at most ${mostBatches} batches`,
      got: `${Math.round(total)} (combinations of ${size} of ${count} super classes, ${batches} batches each)`,
      fix: 'Use fewer super classes a batch.',
    });
  }
}

function combinations<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}
