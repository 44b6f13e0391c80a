import { maximum, mul, rsqrt, square, sum, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';

/** A layer that brings each embedding to length 1; one of nothing but zeros stays as it is. */
export class UnitLength extends layers.Layer {
  static className = 'UnitLength';

  call(inputs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    return tidy(() => mul(x, rsqrt(maximum(sum(square(x), 1, true), 1e-24))));
  }
}
