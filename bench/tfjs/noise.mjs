import { createRandom } from 'tfjs-metric-learning';

const classes = 10;
const each = 20;

/** Examples of a shape: noise around one value for each class. What they are does not change the time of a step. */
export function noise(shape) {
  const random = createRandom(1);
  const labels = Int32Array.from({ length: classes * each }, (_, i) => i % classes);
  const size = shape.reduce((product, length) => product * length, 1);
  const examples = Float32Array.from(
    { length: labels.length * size },
    (_, i) => labels[Math.floor(i / size)] / classes + random.next(),
  );
  return { examples, labels };
}
