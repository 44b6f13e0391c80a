import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Distance, DistanceConfig } from '../distances/distance.ts';
import { distanceFromConfig } from '../distances/distanceFromConfig.ts';
import { networkMetadata } from './networkMetadata.ts';

/** The distances of networks that were trained in this process; those of loaded networks are in their metadata. */
const trained = new WeakMap<LayersModel, Distance>();

/** Remembers the distance that a network is trained with. */
export function declareDistance(network: LayersModel, distance: Distance): void {
  trained.set(network, distance);
}

/** The distance that a network was trained with, where it is known; else undefined. */
export function distanceOfNetwork(network: LayersModel): Distance | undefined {
  const known = trained.get(network);
  if (known !== undefined) return known;
  const { distance } = networkMetadata(network);
  return distance === undefined ? undefined : distanceFromConfig(distance as DistanceConfig);
}
