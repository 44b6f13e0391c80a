import { type Optimizer, scalar, type Variable, variable } from '@tensorflow/tfjs-core';
import type { StoredTensor } from '../checkpoints/checkpointFile.ts';
import { assignStored, revive, store } from '../checkpoints/storedTensor.ts';
import {
  ownerName,
  ownVariables,
  replaceSlots,
  type Slot,
  type SlotList,
  setIterations,
  slotLists,
} from './optimizerSlots.ts';

/**
 * All that an optimizer remembers between steps: the moments of each of these variables, its own scalars, and the
 * number of steps. It serves every optimizer of tfjs, adamax included, and others that keep their moments as those do.
 *
 * tfjs' own `getWeights` leaves out the running powers of Adam's betas, and knows moments by position only.
 */
export async function optimizerState(
  optimizer: Optimizer,
  variables: readonly Variable[],
): Promise<StoredTensor[]> {
  const indices = new Map(variables.map(({ name }, index) => [name, index]));
  const moments = slotLists(optimizer).flatMap(([property, slots]) =>
    slots.flatMap((slot) => {
      const index = indices.get(ownerName(slot));
      const kind = slot.originalName.slice(slot.originalName.lastIndexOf('/') + 1);
      return index === undefined
        ? [] // another network's, with which the optimizer is shared
        : [store(`moment ${property} ${index} ${kind}`, slot.variable)];
    }),
  );
  const scalars = ownVariables(optimizer).map(([name, values]) => store(`own ${name}`, values));
  const steps = scalar(optimizer.iterations, 'int32');
  try {
    return await Promise.all([...moments, ...scalars, store('iterations', steps)]);
  } finally {
    steps.dispose();
  }
}

/** Makes an optimizer of the same kind remember what another one did. */
export function restoreOptimizer(
  optimizer: Optimizer,
  variables: readonly Variable[],
  stored: readonly StoredTensor[],
): void {
  const lists = new Map<string, Slot[]>();
  for (const one of stored) {
    const [what, property = '', index, kind] = one.name.split(' ');
    const owner = variables[Number(index)];
    if (what !== 'moment' || owner === undefined) continue;
    const values = revive(one);
    const slot = { originalName: `${owner.name}/${kind}`, variable: variable(values, false) };
    values.dispose();
    lists.set(property, [...(lists.get(property) ?? []), slot]);
  }
  replaceSlots(optimizer, [...lists] as SlotList[], variables);
  for (const [name, own] of ownVariables(optimizer)) {
    const kept = stored.find((one) => one.name === `own ${name}`);
    if (kept !== undefined) assignStored(own, kept);
  }
  const iterations = stored.find(({ name }) => name === 'iterations')?.values[0];
  if (iterations !== undefined) setIterations(optimizer, iterations);
}
