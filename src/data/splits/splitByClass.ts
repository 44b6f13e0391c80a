import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { createRandom } from '../../random/createRandom.ts';
import { type ClassLabels, readClassLabels } from '../classLabels.ts';
import { indicesByClass } from '../labels.ts';
import { type Split, splitOf } from './split.ts';
import { readSplitOptions, type SplitOptions } from './splitOptions.ts';

/**
 * Splits examples by their classes: no class of one part is in another one. Retrieval and recognition of new classes are
 * measured this way.
 *
 * The shares are of the classes. Every part that has a share gets at least one class.
 *
 * @throws MetricLearningError for bad labels or options, and if there are fewer classes than parts.
 * @example
 * const split = splitByClass(labels, { test: 0.3, seed: 1 });
 * const { train, test } = applySplit({ examples, labels }, split); // test has classes that train never shows
 */
export function splitByClass(labels: ClassLabels, options: SplitOptions = {}): Split {
  const where = 'splitByClass';
  const { shares, seed } = readSplitOptions(where, options);
  const { ids } = readClassLabels(where, labels, undefined, 'example');
  const classes = createRandom(seed).shuffle([...indicesByClass(ids).values()]);
  const wanted = shares.filter((share) => share > 0).length;
  if (classes.length < wanted) {
    throw new MetricLearningError({
      where,
      expected: `at least ${wanted} classes, one for each part`,
      got: `${classes.length}`,
    });
  }
  const partOf = new Uint8Array(ids.length);
  let next = 0;
  for (const part of [2, 1] as const) {
    if (shares[part] === 0) continue;
    const after = part === 2 && shares[1] > 0 ? 2 : 1; // parts that still need a class
    const most = classes.length - next - after;
    const count = Math.min(Math.max(1, Math.round(shares[part] * classes.length)), most);
    for (const members of classes.slice(next, next + count)) {
      for (const i of members) partOf[i] = part;
    }
    next += count;
  }
  return splitOf(partOf, { by: 'class', seed });
}
