import { noSnapshot, type Snapshot } from '../internal/snapshot.ts';
import type { Loss } from './loss.ts';
import type { StatefulLoss } from './parametricLoss.ts';

/** Remembers where a loss stands: its parameters and whatever else it changes when it is computed. */
export async function snapshotLoss(
  loss: Loss | ((...inputs: never[]) => unknown),
): Promise<Snapshot> {
  if (typeof loss === 'function' || !('state' in loss)) return noSnapshot;
  const stateful = loss as StatefulLoss;
  if (stateful.snapshot !== undefined) return stateful.snapshot();
  const state = await stateful.state();
  return { restore: () => stateful.restore(state), dispose() {} };
}
