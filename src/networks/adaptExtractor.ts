import { type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Distance } from '../distances/distance.ts';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { checkBase } from './checkBase.ts';
import { createEmbedder, type NetworkEmbedder } from './createEmbedder.ts';
import { type Embedder, embedInputs } from './embedder.ts';

/** A frozen model followed by a network over its features. */
export interface AdaptedExtractor<Inputs> extends Embedder<Inputs> {
  /** The network over the features; it stays the caller's. */
  readonly network: LayersModel;
  /** The embeddings of inputs, [count, dims]; the caller disposes them. */
  embed(inputs: Inputs): Promise<Tensor2D>;
}

/**
 * Embeds with a frozen model, such as a sentence model, and an adapter after it: what `createRecognizer`, `createIndex`
 * and `report` accept. `adapter` is a network over the features, or what `createEmbedder` made of one. Both stay the
 * caller's.
 *
 * @throws MetricLearningError if the input of the adapter is not as wide as the features.
 * @example
 * const model = adaptExtractor(sentences, adapter); // sentences: { id, dims, embed }
 * const recognizer = createRecognizer({ model, index: createIndex({ model }), threshold });
 */
export function adaptExtractor<Inputs>(
  extractor: Embedder<Inputs>,
  adapter: LayersModel | NetworkEmbedder,
): AdaptedExtractor<Inputs> {
  const where = 'adaptExtractor';
  checkPart(where, 'extractor', extractor, 'embed');
  const after = isEmbedder(adapter) ? adapter : createEmbedder(adapter);
  checkWidth(where, extractor.dims, after.network);
  const names = after.names ?? extractor.names;
  const distance: Distance | undefined = after.distance ?? extractor.distance;
  return {
    dims: after.dims,
    network: after.network,
    ...(distance && { distance }),
    ...(names && { names }),
    async embed(inputs) {
      const { data, shape } = await embedInputs(where, extractor, inputs);
      const features = tensor2d(data, [...shape]);
      try {
        return after.embed(features);
      } finally {
        features.dispose();
      }
    },
  };
}

/** Throws unless the network takes rows of `dims` numbers. */
export function checkWidth(where: string, dims: number, network: LayersModel): void {
  const { input } = checkBase(where, network);
  if (input.length === 1 && input[0] === dims) return;
  throw new MetricLearningError({
    where,
    expected: `a network over the features of the extractor, with an input of shape [batch, ${dims}]`,
    got: `[batch, ${input.map((size) => size ?? 'any').join(', ')}]`,
    fix: `Make it for them: createAdapter({ dims: ${dims} }).`,
  });
}

function isEmbedder(adapter: LayersModel | NetworkEmbedder): adapter is NetworkEmbedder {
  return typeof (adapter as Partial<NetworkEmbedder> | undefined)?.embed === 'function';
}
