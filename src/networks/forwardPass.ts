import { type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { allLayers, hasStatistics, inInferenceMode } from './frozenLayers.ts';
import { freeDropoutMasks } from './networkState.ts';
import {
  type FullNormalization,
  noNormalization,
  normalizeExamples,
  sameNormalization,
} from './normalization.ts';

/** Examples [batch, ..] as the user has them to embeddings [batch, dims]; the caller disposes both. */
export type ForwardPass = (examples: Tensor, mode: 'training' | 'inference') => Tensor2D;

/**
 * A network with its normalization before it.
 *
 * In training mode a frozen layer (`trainable = false`, or inside a frozen network) that keeps statistics, such as
 * batch normalization, works in inference mode, as it does in Keras: its statistics stay as they are.
 */
export function forwardPass(network: LayersModel, normalization: FullNormalization): ForwardPass {
  const unchanged = sameNormalization(normalization, noNormalization);
  return (examples, mode) =>
    tidy(() => {
      const input = unchanged ? examples : normalizeExamples(examples, normalization);
      const training = mode === 'training';
      const frozen = allLayers(network)
        .filter(({ layer, frozen: isFrozen }) => training && isFrozen && hasStatistics(layer))
        .map(({ layer }) => layer);
      try {
        return inInferenceMode(frozen, () => network.apply(input, { training }) as Tensor2D);
      } finally {
        freeDropoutMasks(network);
      }
    });
}
