import { dispose, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { joinSnapshots, type Snapshot, snapshotVariables } from '../internal/snapshot.ts';
import { allLayers } from './frozenLayers.ts';

/**
 * All variables of a network, trainable or not, in the order in which they were made: the same for the same network,
 * whatever is frozen.
 */
export function networkVariables(network: LayersModel): Variable[] {
  return [...network.weights]
    .sort((a, b) => a.id - b.id)
    .map((weight) => weight.read() as Variable);
}

/** Frees a network and all its variables; tfjs leaves those of a layer that the network contains more than once. */
export function disposeNetwork(network: LayersModel): void {
  const variables = networkVariables(network);
  network.dispose();
  for (const one of variables) if (!one.isDisposed) one.dispose();
}

/** Remembers all that a step may change in a network: its variables, and the states of stateful recurrent layers. */
export function snapshotNetwork(network: LayersModel): Snapshot {
  const recurrent = allLayers(network).flatMap(({ layer }) => {
    const found = layer as unknown as RecurrentLayer;
    return found.stateful && Array.isArray(found.states_) ? [snapshotStates(found)] : [];
  });
  return joinSnapshots([snapshotVariables(networkVariables(network)), ...recurrent]);
}

/** What tfjs keeps in a stateful recurrent layer. */
type RecurrentLayer = layers.Layer & {
  stateful: boolean;
  states_: Tensor[] | null;
  /** Earlier states that training needed. */
  keptStates?: Tensor[][];
};

function snapshotStates(layer: RecurrentLayer): Snapshot {
  const states = (layer.states_ ?? []).map((state) => keep(state.clone()));
  const kept = layer.keptStates?.length ?? 0;
  return {
    restore() {
      dispose(layer.states_ ?? []);
      dispose((layer.keptStates ?? []).splice(kept).flat());
      layer.states_ = states.map((state) => keep(state.clone()));
    },
    dispose: () => dispose(states),
  };
}
