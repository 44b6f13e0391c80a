import { engine, getBackend, serialization, type Tensor } from '@tensorflow/tfjs-core';

/** What tfjs-layers passes to a layer beside its inputs. */
export interface CallOptions {
  readonly mask?: unknown;
  readonly training?: boolean | null;
  readonly initialState?: unknown;
}

type Call<Layer> = (
  this: Layer,
  inputs: Tensor | Tensor[],
  options?: CallOptions,
) => Tensor | Tensor[];

/**
 * Lets the layers of a class of tfjs-layers compute their output in another way while the simd backend is in use: by
 * `fast`, which returns undefined for a layer or an input that it leaves to the layer's own way. So do gradients of
 * gradients, and inputs that are not one float32 tensor with values.
 *
 * tfjs-layers may be imported later, or never: its classes are looked up where tfjs-layers registers them.
 *
 * @returns a function that restores the class; undefined while tfjs-layers is not there.
 */
export function replaceCall<Layer>(
  className: string,
  fast: (layer: Layer, x: Tensor, options: CallOptions) => Tensor | undefined,
): (() => void) | undefined {
  const { classNameMap } = serialization.SerializationMap.getMap();
  const prototype = classNameMap[className]?.[0].prototype as { call: Call<Layer> } | undefined;
  if (!prototype) return undefined;
  const former = prototype.call;
  const present: Call<Layer> = function (this: Layer, inputs, options = {}) {
    const [x, second] = [inputs].flat();
    const isOurs = getBackend() === 'simd' && engine().state.gradientDepth < 2;
    if (isOurs && x && !second && x.dtype === 'float32' && x.size > 0) {
      const out = fast(this, x, options);
      if (out) return out;
    }
    return former.call(this, inputs, options);
  };
  prototype.call = present;
  return () => {
    if (prototype.call === present) prototype.call = former;
  };
}
