import type { LayersModel } from '@tensorflow/tfjs-layers';

/** Under this name the library keeps what it knows of a network, in the metadata that tfjs saves with it. */
const key = 'metricLearning';

/** What the library keeps with a network, as JSON. */
export interface NetworkMetadata {
  readonly normalization?: unknown;
  readonly distance?: unknown;
  /** The names of the classes, by class id. */
  readonly names?: unknown;
  /** What turns rows of tables or texts into the network's input. */
  readonly encoder?: unknown;
  /** Where the state of the loss lies in the saved weights. */
  readonly loss?: unknown;
}

/** What the library keeps with a network. */
export function networkMetadata(network: LayersModel): NetworkMetadata {
  return (userMetadata(network)[key] as NetworkMetadata | undefined) ?? {};
}

/** Adds entries, and removes those that are given as undefined; the user's own metadata stay. */
export function addNetworkMetadata(network: LayersModel, more: NetworkMetadata): void {
  const all = Object.entries({ ...networkMetadata(network), ...more });
  const metadata = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  network.setUserDefinedMetadata({ ...userMetadata(network), [key]: metadata });
}

/** Runs `body` while the network has these metadata as well. */
export async function withNetworkMetadata<T>(
  network: LayersModel,
  more: NetworkMetadata,
  body: () => Promise<T>,
): Promise<T> {
  const before = userMetadata(network);
  addNetworkMetadata(network, more);
  try {
    return await body();
  } finally {
    network.setUserDefinedMetadata(before);
  }
}

function userMetadata(network: LayersModel): Record<string, unknown> {
  return (network.getUserDefinedMetadata() as Record<string, unknown> | undefined) ?? {};
}
