import { tensor2d, type Variable, variable } from '@tensorflow/tfjs-core';
import { createRandom } from '../../random/createRandom.ts';

/** A weight matrix drawn from the normal distribution around 0 that a seed determines. */
export function normalVariable(
  seed: number,
  shape: [rows: number, columns: number],
  deviation = 1,
): Variable {
  const random = createRandom(seed).fork('weights');
  const values = new Float32Array(shape[0] * shape[1]);
  for (let i = 0; i < values.length; i++) {
    // Box and Muller; 1 - next() is never 0
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    values[i] = deviation * radius * Math.cos(2 * Math.PI * random.next());
  }
  const initial = tensor2d(values, shape);
  const weights = variable(initial);
  initial.dispose();
  return weights;
}
