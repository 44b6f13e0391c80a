import type { LayersModel } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { show } from '../internal/checks.ts';
import { addNetworkMetadata, networkMetadata } from './networkMetadata.ts';
import { type FullNormalization, noNormalization, sameNormalization } from './normalization.ts';

/** Networks that were trained without normalization: nothing is added to their metadata. */
const asTheyAre = new WeakSet<LayersModel>();

/** The normalization that a network was declared or trained with; undefined for a network of which nothing is known. */
export function normalizationOf(network: LayersModel): FullNormalization | undefined {
  const declared = networkMetadata(network).normalization as FullNormalization | undefined;
  return declared ?? (asTheyAre.has(network) ? noNormalization : undefined);
}

/**
 * Declares the normalization of a network. It goes wherever the network goes: tfjs saves and loads it with the network.
 *
 * @throws MetricLearningError if the network has another one already.
 */
export function declareNormalization(
  where: string,
  network: LayersModel,
  normalization: FullNormalization,
): void {
  checkSameNormalization(where, network, normalization);
  if (normalizationOf(network) !== undefined) return;
  if (sameNormalization(normalization, noNormalization)) asTheyAre.add(network);
  else addNetworkMetadata(network, { normalization });
}

/** Throws if a network is known to have another normalization. */
export function checkSameNormalization(
  where: string,
  network: LayersModel,
  normalization: FullNormalization,
): void {
  const known = normalizationOf(network);
  if (known === undefined || sameNormalization(known, normalization)) return;
  throw new MetricLearningError({
    where,
    expected: `the normalization that the network was trained with, ${show(known)}`,
    got: show(normalization),
    fix: 'Leave scale, mean and std out here. To train with another normalization, begin with a new network: new TripletModel(base, { normalization }).',
  });
}
