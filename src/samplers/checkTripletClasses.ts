import { indicesByClass } from '../data/labels.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';

/**
 * The members of each class, in the order of class ids.
 *
 * @throws MetricLearningError unless each class has an anchor, a positive and a negative. `allowSingletons` accepts
 * classes with one example.
 */
export function checkTripletClasses(
  where: string,
  labels: Int32Array,
  allowSingletons = false,
): number[][] {
  const classes = indicesByClass(labels);
  if (classes.size < 2) {
    throw new MetricLearningError({
      where,
      expected: 'labels of at least two classes (a negative is of another class than its anchor)',
      got: classes.size === 0 ? 'no labels' : `class ${labels[0]} only`,
    });
  }
  for (const [label, members] of classes) {
    if (members.length < 2 && !allowSingletons) {
      throw new MetricLearningError({
        where,
        expected: 'at least two examples of each class (an anchor and its positive)',
        got: `one example of class ${label}, at index ${members[0]}`,
        fix: 'Add examples of that class, or leave it out.',
      });
    }
  }
  return [...classes.values()];
}
