import type { EmbeddingRows } from '../../src/data/embeddings.ts';
import { createRandom } from '../../src/random/createRandom.ts';

const signal = 8;
const nuisance = 4;

/** The width of the features. */
export const dims: number = signal + nuisance;

/** Features of classes, and the class id of each. */
export interface LabeledFeatures {
  readonly features: EmbeddingRows;
  readonly labels: Int32Array;
}

/**
 * Features of a frozen model as it might be: 8 numbers tell the classes apart, 4 are loud and tell nothing. `first` is the
 * id of the first class: other ids are other classes.
 */
export function noisyFeatures(
  classes: number,
  perClass: number,
  { first = 0, loud = 2, seed = 1 }: { first?: number; loud?: number; seed?: number } = {},
): LabeledFeatures {
  const count = classes * perClass;
  const noise = createRandom(seed + first);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - noise.next())) * Math.cos(2 * Math.PI * noise.next());
  const data = new Float32Array(count * dims);
  const labels = Int32Array.from({ length: count }, (_, i) => first + (i % classes));
  labels.forEach((label, i) => {
    const center = createRandom(label);
    for (let d = 0; d < dims; d++) {
      const own = d < signal ? 2 * center.next() - 1 : 0;
      data[i * dims + d] = own + normal() * (d < signal ? 0.35 : loud);
    }
  });
  return { features: { data, shape: [count, dims] }, labels };
}
