import { backend_util } from '@tensorflow/tfjs-core';
import {
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import type { BaseShape } from './checkBase.ts';

/**
 * The base network seen three times, with one set of weights: inputs `anc_input`, `pos_input` and `neg_input`,
 * output [batch, 3 * dims], the embeddings of anchor, positive and negative side by side.
 */
export function tripletNetwork(base: LayersModel, shape: BaseShape): LayersModel {
  const inputs = ['anc_input', 'pos_input', 'neg_input'].map((name) =>
    input({ shape: shape.input, dtype: shape.inputDtype, name }),
  );
  const embeddings = inputs.map((one) => base.apply(one) as SymbolicTensor);
  const outputs = layers.concatenate({ axis: -1 }).apply(embeddings) as SymbolicTensor;
  return withKerasHeading(model({ inputs, outputs, name: 'triplet_network' }));
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
