import { backend_util } from '@tensorflow/tfjs-core';
import {
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import type { BaseShape } from './checkBase.ts';

/** A network that was made around a base. */
export interface OwnedNetwork {
  readonly network: LayersModel;
  /** Whether tfjs made the network's optimizer, from its name. */
  ownsOptimizer(): boolean;
  /** Frees the network and an optimizer that tfjs made for it. The base then counts as few users as before. */
  dispose(): void;
}

/**
 * The base network seen three times, with one set of weights: inputs `anc_input`, `pos_input` and `neg_input`,
 * output [batch, 3 * dims], the embeddings of anchor, positive and negative side by side.
 */
export function tripletNetwork(base: LayersModel, shape: BaseShape): OwnedNetwork {
  const users = usersOf(base);
  const inputs = ['anc_input', 'pos_input', 'neg_input'].map((name) =>
    input({ shape: shape.input, dtype: shape.inputDtype, name }),
  );
  const embeddings = inputs.map((one) => base.apply(one) as SymbolicTensor);
  const outputs = layers.concatenate({ axis: -1 }).apply(embeddings) as SymbolicTensor;
  const network = withKerasHeading(model({ inputs, outputs, name: 'triplet_network' }));
  const added = usersOf(base) - users;
  const ownsOptimizer = (): boolean =>
    (network as unknown as { isOptimizerOwned?: boolean }).isOptimizerOwned === true;
  return {
    network,
    ownsOptimizer,
    dispose() {
      const before = usersOf(base);
      network.dispose();
      for (let freed = before - usersOf(base); freed < added; freed++) base.dispose();
    },
  };
}

/** How many users tfjs counts: a model is freed when `dispose` was called once for each. */
function usersOf(network: LayersModel): number {
  return (network as unknown as { _refCount: number })._refCount;
}

/** Heads the last column of `summary()` as Keras does; tfjs calls it "Receives inputs". */
function withKerasHeading(network: LayersModel): LayersModel {
  const summary = network.summary.bind(network);
  network.summary = (lineLength, positions, print = backend_util.log) =>
    summary(lineLength, positions, (line: string) =>
      print(line.replace('Receives inputs', 'Connected to   ')),
    );
  return network;
}
