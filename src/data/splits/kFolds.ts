import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { type OptionKind, oneOf, seed, wholeNumber } from '../../internal/optionKinds.ts';
import { type OptionTable, optional, preset, readOptions } from '../../internal/readOptions.ts';
import { createRandom } from '../../random/createRandom.ts';
import { type ClassLabels, readClassLabels } from '../classLabels.ts';
import { indicesByClass } from '../labels.ts';
import { assignGroups } from './assignGroups.ts';
import { type Split, splitOf } from './split.ts';

export interface KFoldsOptions {
  /** The number of folds, at least 2. Default 5. */
  folds?: number;
  /**
   * What is kept together: with 'class' each class is tested by models that never saw it, with 'example' every fold has
   * all classes in the same proportions. Default 'example'.
   */
  by?: 'class' | 'example';
  /** The id or the name of the group of each example; a group stays together. Default: no groups. */
  groups?: ClassLabels;
  /** Decides the draw. Default 0. */
  seed?: number;
}

const groupsKind: OptionKind<ClassLabels> = {
  expected: 'an array with the group of each example',
  accepts: (value) =>
    typeof value === 'object' && typeof (value as { length?: unknown } | null)?.length === 'number',
};

export const kFoldsOptions: OptionTable<KFoldsOptions, 'groups'> = {
  folds: preset(5, wholeNumber(2)),
  by: preset<'class' | 'example'>('example', oneOf('class', 'example')),
  groups: optional(groupsKind),
  seed: preset(0, seed),
};

/**
 * Splits for cross-validation: each example is in the test part of one fold, and in the training part of all others.
 *
 * @throws MetricLearningError for bad labels or options, and if there are more folds than classes (`by: 'class'`), groups
 * or examples.
 * @example
 * for (const fold of kFolds(labels, { folds: 5, by: 'class' })) {
 *   const { train, test } = applySplit({ examples, labels }, fold);
 * }
 */
export function kFolds(labels: ClassLabels, options: KFoldsOptions = {}): Split[] {
  const where = 'kFolds';
  const { folds, by, groups, seed } = readOptions(where, kFoldsOptions, options);
  const { ids } = readClassLabels(where, labels, undefined, 'example');
  if (groups !== undefined && by === 'class') {
    throw new MetricLearningError({
      where,
      expected: "groups, or by: 'class'",
      got: 'both',
      fix: 'To keep classes together leave groups out.',
    });
  }
  const groupIds =
    groups && readClassLabels(`${where} (groups)`, groups, ids.length, 'example').ids;
  const units = groupIds ?? (by === 'class' ? ids : ids.map((_, i) => i));
  const count = new Set(units).size;
  if (count < folds) {
    const what = groupIds ? 'groups' : by === 'class' ? 'classes' : 'examples';
    throw new MetricLearningError({
      where,
      expected: `at least as many ${what} as folds (${folds})`,
      got: `${count}`,
    });
  }
  const random = createRandom(seed);
  const foldOf = groupIds
    ? assignGroups(ids, groupIds, new Array<number>(folds).fill(1 / folds), random)
    : dealt(by === 'class' ? [[...indicesByClass(ids).values()]] : inStrata(ids), folds, random);
  return Array.from({ length: folds }, (_, index) =>
    splitOf(
      Uint8Array.from(foldOf, (fold) => (fold === index ? 2 : 0)),
      { by: groupIds ? 'group' : by, seed, fold: { index, of: folds } },
    ),
  );
}

/** The examples of each class, each a unit of its own. */
function inStrata(ids: Int32Array): number[][][] {
  return [...indicesByClass(ids).values()].map((members) => members.map((i) => [i]));
}

/** Deals the units of each stratum to the folds in turn, going on where the stratum before ended. */
function dealt(
  strata: number[][][],
  folds: number,
  random: ReturnType<typeof createRandom>,
): Uint32Array {
  const size = strata.flat(2).length;
  const foldOf = new Uint32Array(size);
  let next = 0;
  for (const units of strata) {
    for (const unit of random.shuffle(units)) {
      for (const i of unit) foldOf[i] = next % folds;
      next++;
    }
  }
  return foldOf;
}
