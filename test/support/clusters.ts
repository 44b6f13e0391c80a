import type { Dataset } from '../../src/data/dataset.ts';
import { createRandom } from '../../src/random/createRandom.ts';

/** Examples of 4 numbers around the center of their class, in turn. */
export function clusters(
  count: number,
  classes = 3,
  seed = 1,
): Dataset & { examples: Float32Array; labels: Int32Array } {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const examples = Float32Array.from({ length: 4 * count }, (_, i) => {
    const label = labels[Math.floor(i / 4)] as number;
    return Math.sin(3 * label + (i % 4)) + 0.5 * random.next();
  });
  return { examples, labels };
}
