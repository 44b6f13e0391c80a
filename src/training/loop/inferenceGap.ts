import {
  add,
  div,
  mean,
  sqrt,
  square,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ForwardPass } from '../../networks/forwardPass.ts';
import { allLayers, hasStatistics, inInferenceMode } from '../../networks/frozenLayers.ts';
import { snapshotNetwork } from '../../networks/networkState.ts';

/** Whether a network has layers whose statistics training moves: only then can its two modes drift apart. */
export function movesStatistics(network: LayersModel): boolean {
  return allLayers(network).some(({ layer, frozen }) => !frozen && hasStatistics(layer));
}

/**
 * How far training mode and inference mode of a network are apart on some examples: the root mean square distance
 * between the two embeddings of an example, over the spread of the embeddings of training mode.
 *
 * Only the layers that keep statistics work in training mode: dropout does not count. The network stays as it is.
 */
export async function inferenceGap(
  network: LayersModel,
  forward: ForwardPass,
  examples: Tensor,
): Promise<number> {
  const others = allLayers(network)
    .filter(({ layer }) => !hasStatistics(layer))
    .map(({ layer }) => layer);
  const before = snapshotNetwork(network);
  let gap: Tensor;
  try {
    gap = tidy(() => {
      const training = inInferenceMode(others, () => forward(examples, 'training'));
      before.restore();
      const apart = mean(sum(squaredDifference(training, forward(examples, 'inference')), 1));
      const spread = mean(sum(square(sub(training, mean(training, 0, true))), 1));
      return sqrt(div(apart, add(spread, 1e-30)));
    });
  } finally {
    before.restore();
    before.dispose();
  }
  const [value = Number.NaN] = await gap.data();
  gap.dispose();
  return value;
}
