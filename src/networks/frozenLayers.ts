import type { LayersModel, layers } from '@tensorflow/tfjs-layers';

type Layer = layers.Layer;

/** What tfjs keeps in a layer beside its public members. */
interface LayerInside {
  readonly layers?: readonly Layer[];
  /** The layer inside a wrapper: `timeDistributed`, `bidirectional`. */
  readonly layer?: Layer;
  readonly forwardLayer?: Layer;
  readonly backwardLayer?: Layer;
  readonly _nonTrainableWeights: readonly unknown[];
}

/** A layer of a network, and whether it or a network around it is frozen (`trainable = false`). */
export interface FoundLayer {
  readonly layer: Layer;
  readonly frozen: boolean;
}

/** All layers of a network, those of nested networks and wrappers too; each once. */
export function allLayers(network: LayersModel): FoundLayer[] {
  const found = new Map<Layer, boolean>();
  const visit = (layer: Layer, frozenAround: boolean): void => {
    const frozen = frozenAround || !layer.trainable;
    const { layers, layer: inner, forwardLayer, backwardLayer } = layer as unknown as LayerInside;
    const parts = layers ?? [inner, forwardLayer, backwardLayer].filter((one) => one !== undefined);
    for (const part of parts) visit(part, frozen);
    if (layers === undefined) found.set(layer, frozen || (found.get(layer) ?? false));
  };
  visit(network, false);
  return Array.from(found, ([layer, frozen]) => ({ layer, frozen }));
}

/** Whether a layer keeps statistics that training moves without a gradient, as batch normalization does. */
export function hasStatistics(layer: Layer): boolean {
  return (layer as unknown as LayerInside)._nonTrainableWeights.length > 0;
}

/**
 * Runs `body` (synchronous) while these layers work in inference mode, whatever mode the network around them is
 * called in.
 *
 * tfjs hands one `training` flag to all layers and has no other way to say so: the layers' `call` is replaced, and put
 * back before this function returns.
 */
export function inInferenceMode<T>(chosen: readonly Layer[], body: () => T): T {
  const originals = chosen.map((layer) => Object.getOwnPropertyDescriptor(layer, 'call'));
  try {
    for (const layer of chosen) {
      const call = layer.call.bind(layer);
      layer.call = (inputs, kwargs) => call(inputs, { ...kwargs, training: false });
    }
    return body();
  } finally {
    chosen.forEach((layer, i) => {
      const original = originals[i];
      if (original === undefined) delete (layer as { call?: unknown }).call;
      else Object.defineProperty(layer, 'call', original);
    });
  }
}
