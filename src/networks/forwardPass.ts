import { type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { allLayers, hasStatistics, inInferenceMode } from './frozenLayers.ts';
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
      if (mode === 'inference') return network.apply(input, { training: false }) as Tensor2D;
      const frozen = allLayers(network)
        .filter(({ layer, frozen: isFrozen }) => isFrozen && hasStatistics(layer))
        .map(({ layer }) => layer);
      return inInferenceMode(frozen, () => network.apply(input, { training: true }) as Tensor2D);
    });
}
