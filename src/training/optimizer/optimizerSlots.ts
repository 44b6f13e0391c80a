import {
  dispose,
  type NamedTensorMap,
  type Optimizer,
  type Tensor,
  Variable,
} from '@tensorflow/tfjs-core';
import { type Snapshot, snapshotVariables } from '../../internal/snapshot.ts';

/** One moment of one variable, as tfjs' optimizers keep it. */
export interface Slot {
  /** The name of the variable, a slash, and the kind of moment: `dense/kernel/m`. */
  originalName: string;
  variable: Variable;
}

/** The moments of one kind, by the name of the property of the optimizer that holds them: one for each variable. */
export type SlotList = readonly [property: string, slots: Slot[]];

/** The variables whose moments an optimizer holds: one that reuses the name of a disposed one counts as new. */
const owners = new WeakMap<Optimizer, Map<string, Variable>>();

/**
 * Takes one step of the optimizer, with each variable's own moments.
 *
 * tfjs finds the moments of a variable by its position in the list that it is given. Here the variables are listed in
 * the order in which the optimizer met them first, new ones last; variables that are not trained at present are listed
 * without a gradient, which leaves them and their moments as they are.
 */
export function applyGradients(
  optimizer: Optimizer,
  variables: readonly Variable[],
  grads: NamedTensorMap,
): void {
  const known = ownersOf(optimizer);
  dropStale(optimizer, known, variables);
  const met = slotNames(optimizer);
  const names = [...new Set([...met, ...variables.map(({ name }) => name)])];
  for (const variable of variables) known.set(variable.name, variable);
  const trained = new Set(variables.map(({ name }) => name));
  optimizer.applyGradients(
    names.map((name) => ({
      name,
      // tfjs passes over a variable whose gradient is null.
      tensor: (trained.has(name) ? grads[name] : null) as Tensor,
    })),
  );
}

/** The moments of an optimizer, by kind. */
export function slotLists(optimizer: Optimizer): SlotList[] {
  return Object.entries(optimizer).filter(
    (entry): entry is [string, Slot[]] =>
      Array.isArray(entry[1]) && entry[1].every((slot) => slot?.variable instanceof Variable),
  );
}

/** The scalars that an optimizer keeps, such as the running powers of Adam's betas, by property. */
export function ownVariables(optimizer: Optimizer): [property: string, variable: Variable][] {
  return Object.entries(optimizer).filter(
    (entry): entry is [string, Variable] => entry[1] instanceof Variable,
  );
}

/** The names of the variables that an optimizer has moments of, in its order. */
export function slotNames(optimizer: Optimizer): string[] {
  const longest = slotLists(optimizer).reduce<Slot[]>(
    (most, [, slots]) => (slots.length > most.length ? slots : most),
    [],
  );
  return longest.map(ownerName);
}

/** The name of the variable that a moment is of. */
export function ownerName({ originalName }: Slot): string {
  return originalName.slice(0, originalName.lastIndexOf('/'));
}

/** Replaces all moments that the optimizer holds. */
export function replaceSlots(
  optimizer: Optimizer,
  lists: readonly SlotList[],
  variables: readonly Variable[],
): void {
  for (const [property, slots] of slotLists(optimizer)) {
    dispose(slots.map(({ variable }) => variable));
    const fresh = lists.find(([name]) => name === property)?.[1] ?? [];
    slots.splice(0, slots.length, ...fresh);
  }
  const names = new Set(slotNames(optimizer));
  const known = ownersOf(optimizer);
  known.clear();
  for (const one of variables) if (names.has(one.name)) known.set(one.name, one);
}

/** Remembers all that an optimizer keeps between steps. */
export function snapshotOptimizer(optimizer: Optimizer): Snapshot {
  const lists = slotLists(optimizer);
  const lengths = lists.map(([, slots]) => slots.length);
  const values = snapshotVariables([
    ...lists.flatMap(([, slots]) => slots.map(({ variable }) => variable)),
    ...ownVariables(optimizer).map(([, variable]) => variable),
  ]);
  const { iterations } = optimizer;
  return {
    restore() {
      lists.forEach(([, slots], i) => {
        dispose(slots.splice(lengths[i]!).map(({ variable }) => variable));
      });
      values.restore();
      setIterations(optimizer, iterations);
    },
    dispose: values.dispose,
  };
}

/** Sets the number of steps that an optimizer has taken; tfjs has no public way to do so. */
export function setIterations(optimizer: Optimizer, iterations: number): void {
  (optimizer as unknown as { iterations_: number }).iterations_ = iterations;
}

function ownersOf(optimizer: Optimizer): Map<string, Variable> {
  const found = owners.get(optimizer) ?? new Map<string, Variable>();
  owners.set(optimizer, found);
  return found;
}

/** Frees the moments of variables that are disposed, or whose name is another variable's by now. */
function dropStale(
  optimizer: Optimizer,
  known: Map<string, Variable>,
  variables: readonly Variable[],
): void {
  const present = new Map(variables.map((one) => [one.name, one]));
  for (const [name, owner] of known) {
    const other = present.get(name);
    if (!owner.isDisposed && (other === undefined || other === owner)) continue;
    known.delete(name);
    for (const [, slots] of slotLists(optimizer)) {
      const at = slots.findIndex((slot) => ownerName(slot) === name);
      if (at >= 0) dispose(slots.splice(at, 1).map(({ variable }) => variable));
    }
  }
}
