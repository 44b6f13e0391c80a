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
 * The last layer of a network: it brings embeddings [batch, dims] to unit length. Squared Euclidean distances are then
 * 2 - 2 cos, between 0 and 4, and embeddings can neither explode nor shrink.
 *
 * `TripletModel.load` knows the layer. Before tfjs' own `loadLayersModel` loads it, call `unitLength()` once.
 *
 * @throws MetricLearningError (when the layer is put into a network) if its input is not [batch, dims].
 * @example
 * const base = sequential({ layers: [layers.dense({ units: 64, inputShape: [128] }), unitLength()] });
 * const model = new TripletModel(base); // from [batch, 128] to unit vectors [batch, 64]
 */
export function unitLength(): layers.Layer {
  registerUnitLength();
  return new UnitLength({});
}

/** Registers the layer, so that tfjs can load networks that contain it. */
export function registerUnitLength(): void {
  serialization.registerClass(UnitLength);
}
