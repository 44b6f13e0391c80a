import { createRandom } from '../../random/createRandom.ts';
import { type ClassLabels, readClassLabels } from '../classLabels.ts';
import { indicesByClass } from '../labels.ts';
import { type Split, splitOf } from './split.ts';
import { readSplitOptions, type SplitOptions } from './splitOptions.ts';

/**
 * Splits examples so that each part has every class in the same proportions (stratified).
 *
 * The shares hold over all examples, and within each class to the nearest example. A class with a single example stays in
 * the training part.
 *
 * @throws MetricLearningError for bad labels or options.
 * @example
 * const { train, test } = applySplit({ examples, labels }, splitByExample(labels, { test: 0.2 }));
 */
export function splitByExample(labels: ClassLabels, options: SplitOptions = {}): Split {
  const where = 'splitByExample';
  const { shares, seed } = readSplitOptions(where, options);
  const { ids } = readClassLabels(where, labels, undefined, 'example');
  const random = createRandom(seed);
  const partOf = new Uint8Array(ids.length);
  // What the rounding of one class leaves over is made up for by the next.
  const owed = [0, 0, 0];
  for (const members of random.shuffle([...indicesByClass(ids).values()])) {
    random.shuffle(members);
    let left = members.length - 1; // the last one stays in the training part
    let next = 0;
    for (const part of [2, 1] as const) {
      owed[part]! += shares[part] * members.length;
      const count = Math.max(0, Math.min(Math.round(owed[part]!), left));
      owed[part]! -= count;
      left -= count;
      for (const i of members.slice(next, next + count)) partOf[i] = part;
      next += count;
    }
  }
  return splitOf(partOf, { by: 'example', seed });
}
