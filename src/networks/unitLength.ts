import { serialization, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { normalize } from '../ops/normalize.ts';

type Shape = (number | null)[];

/** Divides each row by its Euclidean length; a row of zeros stays zero. */
class UnitLength extends layers.Layer {
  static readonly className = 'UnitLength';

  override build(inputShape: Shape | Shape[]): void {
    if (inputShape.length !== 2 || Array.isArray(inputShape[0])) {
      throw new MetricLearningError({
        where: 'unitLength',
        expected: 'an input of shape [batch, dims]',
        got: `[${inputShape.map((size) => size ?? 'any').join(', ')}]`,
        fix: 'Put layers.flatten() before it.',
      });
    }
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const rows = (Array.isArray(inputs) ? inputs[0] : inputs) as Tensor2D;
    return tidy(() => normalize(rows));
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }
}

/**
 * A layer that brings embeddings [batch, dims] to unit length, the last of a network: squared Euclidean distances are
 * then 2 - 2 cos, between 0 and 4, and embeddings can neither explode nor shrink.
 *
 * `TripletModel.load` knows it. Where tfjs' own `loadLayersModel` is to load it, call `unitLength()` once before.
 *
 * @throws MetricLearningError (when it is put into a network) if its input is not [batch, dims].
 */
export function unitLength(): layers.Layer {
  registerUnitLength();
  return new UnitLength({});
}

/** Tells tfjs how to load networks that have the layer. */
export function registerUnitLength(): void {
  serialization.registerClass(UnitLength);
}
