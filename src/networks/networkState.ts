import { dispose, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type Snapshot, snapshotVariables } from '../internal/snapshot.ts';
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

/** Remembers all that a step may change in a network. */
export function snapshotNetwork(network: LayersModel): Snapshot {
  return snapshotVariables(networkVariables(network));
}

/** What tfjs keeps of the dropout of a recurrent layer until its next call. */
interface Masks {
  dropoutMask?: Tensor | Tensor[] | null;
  recurrentDropoutMask?: Tensor | Tensor[] | null;
}

/**
 * Frees the dropout masks that tfjs keeps in recurrent layers after a call; they would outlive the network. The gradient
 * has copies of its own.
 */
export function freeDropoutMasks(network: LayersModel): void {
  for (const { layer } of allLayers(network)) {
    const { cell } = layer as { cell?: Masks & { cells?: Masks[] } };
    for (const part of cell === undefined ? [] : [cell, ...(cell.cells ?? [])]) {
      dispose([part.dropoutMask ?? [], part.recurrentDropoutMask ?? []]);
      part.dropoutMask = null;
      part.recurrentDropoutMask = null;
    }
  }
}
