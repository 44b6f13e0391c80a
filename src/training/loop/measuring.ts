import type { LayersModel } from '@tensorflow/tfjs-layers';
import { joinSnapshots } from '../../internal/snapshot.ts';
import type { Loss } from '../../losses/loss.ts';
import { snapshotLoss } from '../../losses/snapshotLoss.ts';
import type { KerasLoss } from '../../losses/triplet/tripletLoss.ts';
import { snapshotNetwork } from '../../networks/networkState.ts';

/** Runs `body`, which only measures: afterwards network and loss are as they were before, bit for bit. */
export async function measuring<T>(
  network: LayersModel,
  loss: Loss | KerasLoss,
  body: () => Promise<T>,
): Promise<T> {
  const before = joinSnapshots([snapshotNetwork(network), await snapshotLoss(loss)]);
  try {
    return await body();
  } finally {
    before.restore();
    before.dispose();
  }
}
