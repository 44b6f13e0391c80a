import type { Dataset } from '../../src/data/dataset.ts';
import { createRandom } from '../../src/random/createRandom.ts';

/** Points on `classes` rings around the origin, label = ring: not separable by a line, easy for a small network. */
export function rings(
  count: number,
  classes = 3,
  seed = 1,
): Dataset & { examples: Float32Array; labels: Int32Array } {
  const random = createRandom(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
  const examples = new Float32Array(2 * count);
  labels.forEach((label, i) => {
    const angle = random.next() * 2 * Math.PI;
    const radius = 1 + label + 0.2 * random.next();
    examples[2 * i] = radius * Math.cos(angle);
    examples[2 * i + 1] = radius * Math.sin(angle);
  });
  return { examples, labels };
}
