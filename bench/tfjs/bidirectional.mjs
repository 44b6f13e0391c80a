import { layers } from '@tensorflow/tfjs-layers';
import { withRecurrent } from './text.mjs';

/** The base for texts with a GRU in both directions. */
export async function open() {
  const layer = layers.gru({ units: 64, recurrentInitializer: 'glorotUniform' });
  return withRecurrent(layers.bidirectional({ layer, mergeMode: 'concat' }));
}
