import { type Variable, variable } from '@tensorflow/tfjs-core';
import { checkBackend } from '../../internal/checkBackend.ts';
import { drawnTensor } from '../../ops/drawnTensor.ts';
import { createRandom } from '../../random/createRandom.ts';

/**
 * A matrix of parameters, drawn from the normal distribution around 0 by a seed.
 *
 * @throws MetricLearningError if tfjs has no backend.
 */
export function normalVariable(
  where: string,
  seed: number,
  shape: [rows: number, columns: number],
  deviation = 1,
): Variable {
  checkBackend(where);
  const random = createRandom(seed).fork('weights');
  const next = (): number => {
    // Box and Muller; 1 - next() is never 0
    const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
    return deviation * radius * Math.cos(2 * Math.PI * random.next());
  };
  const initial = drawnTensor(shape, next);
  const weights = variable(initial);
  initial.dispose();
  return weights;
}
