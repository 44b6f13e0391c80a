import type { LayersModel } from '@tensorflow/tfjs-layers';
import { addNetworkMetadata, networkMetadata } from './networkMetadata.ts';

/** The names of the classes that a network was trained with, `names[id]`; empty where they had ids only. */
export function namesOfNetwork(network: LayersModel): readonly string[] {
  return (networkMetadata(network).names as readonly string[] | undefined) ?? [];
}

/** Keeps the names of classes with a network: tfjs saves and loads them with it. */
export function declareNames(network: LayersModel, names: readonly string[]): void {
  addNetworkMetadata(network, { names });
}
