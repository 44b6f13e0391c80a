import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { createRandom } from '../../random/createRandom.ts';
import { type ClassLabels, readClassLabels } from '../classLabels.ts';
import { assignGroups } from './assignGroups.ts';
import { type Split, splitOf } from './split.ts';
import { readSplitOptions, type SplitOptions } from './splitOptions.ts';

/**
 * Splits examples so that those of one group (a person, a session, a camera) stay together, and each part has the classes
 * in about the same proportions.
 *
 * `groups` has the id or the name of the group of each example. The largest groups are assigned first, each to the part
 * that lacks its classes most; the shares hold as far as the groups permit.
 *
 * @throws MetricLearningError for bad labels, groups or options, and if there are fewer groups than parts.
 * @example
 * const split = splitByGroup(labels, persons, { test: 0.25, seed: 1 }); // nobody is in both parts
 */
export function splitByGroup(
  labels: ClassLabels,
  groups: ClassLabels,
  options: SplitOptions = {},
): Split {
  const where = 'splitByGroup';
  const { shares, seed } = readSplitOptions(where, options);
  const { ids } = readClassLabels(where, labels, undefined, 'example');
  const { ids: groupIds } = readClassLabels(`${where} (groups)`, groups, ids.length, 'example');
  const wanted = shares.filter((share) => share > 0).length;
  const count = new Set(groupIds).size;
  if (count < wanted) {
    throw new MetricLearningError({
      where,
      expected: `at least ${wanted} groups, one for each part`,
      got: `${count}`,
    });
  }
  return splitOf(assignGroups(ids, groupIds, shares, createRandom(seed)), { by: 'group', seed });
}
