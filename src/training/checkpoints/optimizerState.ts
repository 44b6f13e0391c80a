import { dispose, type Optimizer, type Tensor, tensor, Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { StoredTensor } from './checkpointFile.ts';

/**
 * All that a tfjs optimizer remembers between steps.
 *
 * tfjs' own `getWeights` leaves out the running powers of Adam's betas, and `setWeights` computes them anew with other
 * low bits: they are kept beside it, so that a resumed run goes on bit for bit.
 *
 * @throws MetricLearningError for an optimizer that tfjs cannot save (adamax).
 */
export async function optimizerState(optimizer: Optimizer): Promise<StoredTensor[]> {
  const weights = await optimizer.getWeights().catch((error: unknown) => {
    throw new MetricLearningError(
      {
        where: 'checkpoint',
        expected: 'an optimizer whose memory tfjs can give',
        got: optimizer.getClassName(),
        fix: 'Take adam, rmsprop, adagrad, adadelta, momentum or sgd.',
      },
      { cause: error },
    );
  });
  const stored = await Promise.all([
    ...weights.map(({ name, tensor: values }, i) => store(`weight ${i} ${name}`, values)),
    ...ownVariables(optimizer).map(([name, values]) => store(`own ${name}`, values)),
  ]);
  weights[0]?.tensor.dispose(); // the count of iterations, made by getWeights
  return stored;
}

/** Makes a fresh optimizer of the same kind remember what another one did. */
export async function restoreOptimizer(
  optimizer: Optimizer,
  stored: readonly StoredTensor[],
): Promise<void> {
  const weights: Parameters<Optimizer['setWeights']>[0] = stored
    .filter(({ name }) => name.startsWith('weight '))
    .map((one) => ({ name: one.name.split(' ').slice(2).join(' '), tensor: revive(one) }));
  await optimizer.setWeights(weights);
  dispose(weights.map(({ tensor: values }) => values));
  for (const [name, variable] of ownVariables(optimizer)) {
    const kept = stored.find((one) => one.name === `own ${name}`);
    if (kept === undefined) continue;
    const values = revive(kept);
    variable.assign(values);
    values.dispose();
  }
}

export async function store(name: string, values: Tensor): Promise<StoredTensor> {
  const data = await values.data();
  return {
    name,
    shape: [...values.shape],
    dtype: values.dtype as StoredTensor['dtype'],
    values: data.slice() as StoredTensor['values'],
  };
}

export function revive({ values, shape, dtype }: StoredTensor): Tensor {
  return tensor(values, [...shape], dtype);
}

function ownVariables(optimizer: Optimizer): [string, Variable][] {
  return Object.entries(optimizer).filter(
    (entry): entry is [string, Variable] => entry[1] instanceof Variable,
  );
}
