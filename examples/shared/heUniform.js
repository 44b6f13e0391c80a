// First weights for the networks of the examples. JavaScript, so that `src` and `dist` both find it.
import { initializers } from '@tensorflow/tfjs-layers';
import { createRandom } from 'tfjs-metric-learning';

export function heUniform(seed) {
  const random = createRandom(seed);
  // tfjs takes 0 for "no seed"
  return (name) => initializers.heUniform({ seed: 1 + random.fork(name).integer(2 ** 31 - 1) });
}
