import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import type { LossState } from '../../losses/parametricLoss.ts';
import { tensorOfCopy } from '../../ops/copyOf.ts';
import type { StoredTensor } from './checkpointFile.ts';

/** A tensor's numbers, to be written at once: they may be the memory of the tensor. */
export async function store(name: string, values: Tensor): Promise<StoredTensor> {
  const data = await values.data();
  return {
    name,
    shape: [...values.shape],
    dtype: values.dtype as StoredTensor['dtype'],
    values: data as StoredTensor['values'],
  };
}

/** Stored numbers that keep, whatever becomes of the memory where they lay. */
export function copied(stored: StoredTensor): StoredTensor {
  return { ...stored, values: stored.values.slice() };
}

/** The tensor whose numbers were stored; the caller disposes it. */
export function revive({ values, shape, dtype }: StoredTensor): Tensor {
  return tensorOfCopy(values, shape, dtype);
}

/** Stores variables under `<prefix> <index in the list>`. */
export function storeVariables(
  prefix: string,
  variables: readonly Variable[],
): Promise<StoredTensor[]> {
  return Promise.all(variables.map((variable, index) => store(`${prefix} ${index}`, variable)));
}

/**
 * Gives variables the values that were stored under `prefix`.
 *
 * @throws MetricLearningError if their number or their shapes differ.
 */
export function assignVariables(
  where: string,
  prefix: string,
  variables: readonly Variable[],
  stored: readonly StoredTensor[],
): void {
  const values = variables.map((_, index) =>
    stored.find(({ name }) => name === `${prefix} ${index}`),
  );
  const shapes = (of: readonly ({ readonly shape: readonly number[] } | undefined)[]): string =>
    of.map((one) => (one === undefined ? 'none' : `[${one.shape}]`)).join(', ');
  if (shapes(values) !== shapes(variables)) {
    throw new MetricLearningError({
      where,
      expected: `the variables of this network, of shapes ${shapes(variables)}`,
      got: shapes(values),
      fix: 'Build the network as it was built for the run that is resumed.',
    });
  }
  variables.forEach((variable, index) => {
    assignStored(variable, values[index]!);
  });
}

/** Gives a variable the values that were stored. */
export function assignStored(variable: Variable, stored: StoredTensor): void {
  const values = revive(stored);
  variable.assign(values);
  values.dispose();
}

/** The state of a loss under `<prefix> <name>`. */
export function storeLossState(prefix: string, state: LossState = {}): StoredTensor[] {
  return Object.entries(state).map(([name, { shape, values }]) => ({
    name: `${prefix} ${name}`,
    shape,
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
    values,
  }));
}

/** The state of a loss that was stored under `prefix`. */
export function lossStateOf(prefix: string, stored: readonly StoredTensor[]): LossState {
  return Object.fromEntries(
    stored
      .filter(({ name }) => name.startsWith(`${prefix} `))
      .map(({ name, shape, values }) => [
        name.slice(prefix.length + 1),
        { shape, values: values as Float32Array | Int32Array },
      ]),
  );
}
