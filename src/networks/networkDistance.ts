import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Distance, DistanceConfig } from '../distances/distance.ts';
import { distanceFromConfig } from '../distances/distanceFromConfig.ts';
import { networkMetadata } from './networkMetadata.ts';

/** The distance that a network was trained with, where its metadata hold the config of one; else undefined. */
export function distanceOfNetwork(network: LayersModel): Distance | undefined {
  const { distance } = networkMetadata(network);
  return distance === undefined ? undefined : distanceFromConfig(distance as DistanceConfig);
}
