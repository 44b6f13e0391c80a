import { createRandom } from 'tfjs-metric-learning';

const classes = 1000;
const factors = 16;

/**
 * Makes unit vectors, another set with each call: `clustered` ones lie around the centers of classes, along a few axes of each
 * class and a little in all directions, as embeddings do; `random` ones lie anywhere, which is the hardest case.
 */
export function pointsOf(kind, dims, seed = 1) {
  const random = createRandom(seed);
  const bell = () => random.next() + random.next() + random.next() + random.next() - 2;
  const clustered = kind === 'clustered';
  const centers = Float32Array.from({ length: clustered ? classes * dims : 0 }, bell);
  const axes = Float32Array.from({ length: clustered ? classes * factors * dims : 0 }, bell);
  return (count) => {
    const data = new Float32Array(count * dims);
    for (let i = 0; i < count; i++) {
      const row = data.subarray(i * dims, (i + 1) * dims);
      if (clustered) around(row, random.integer(classes));
      else for (let d = 0; d < dims; d++) row[d] = bell();
      let square = 0;
      for (let d = 0; d < dims; d++) square += row[d] ** 2;
      for (let d = 0; d < dims; d++) row[d] /= Math.sqrt(square);
    }
    return { data, shape: [count, dims] };
  };

  function around(row, label) {
    row.set(centers.subarray(label * dims, (label + 1) * dims));
    for (let f = 0; f < factors; f++) {
      const weight = bell() / 4;
      const axis = (label * factors + f) * dims;
      for (let d = 0; d < dims; d++) row[d] += weight * axes[axis + d];
    }
    for (let d = 0; d < dims; d++) row[d] += (random.next() - 0.5) / 4;
  }
}
