import type { TripletModel } from '../../src/index.ts';
import type { Loss } from '../../src/losses/loss.ts';
import type { StatefulLoss } from '../../src/losses/parametricLoss.ts';
import { networkVariables } from '../../src/networks/networkState.ts';
import { ownVariables, slotLists } from '../../src/training/optimizer/optimizerSlots.ts';

type Numbers = Readonly<Record<string, unknown>>;

/** All that training changes, as plain numbers: network, loss and optimizer. */
export async function everything(
  model: TripletModel,
  loss: Loss | object,
): Promise<{ network: Numbers; loss: Numbers; optimizer: Numbers }> {
  const { optimizer } = model.network;
  const state = 'state' in loss ? await (loss as StatefulLoss).state() : {};
  return {
    network: Object.fromEntries(
      networkVariables(model.base).map((one, i) => [`${i}`, [...one.dataSync()]]),
    ),
    loss: state,
    optimizer: {
      iterations: optimizer.iterations,
      own: ownVariables(optimizer).map(([name, one]) => [name, ...one.dataSync()]),
      moments: slotLists(optimizer).map(([name, slots]) => [
        name,
        slots.map(({ variable }) => [...variable.dataSync()]),
      ]),
    },
  };
}
