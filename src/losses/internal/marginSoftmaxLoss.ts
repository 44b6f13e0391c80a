import { mul, type Tensor2D } from '@tensorflow/tfjs-core';
import { largestOfGroups } from '../../ops/largestOfGroups.ts';
import {
  type ClassLoss,
  defineClassLoss,
  type SoftmaxLossSpecOptions,
} from '../classification/classLoss.ts';
import { classDirections } from './classDirections.ts';
import { oneHot } from './classTargets.ts';
import { crossEntropy } from './crossEntropy.ts';
import { type TargetMargin, withTargetMargin } from './targetMargin.ts';

/** What differs between the softmax losses that put a margin on the angle to the target class. */
export interface MarginSoftmaxSpec {
  readonly name: string;
  readonly options: SoftmaxLossSpecOptions;
  readonly margin: TargetMargin;
  /** Vectors of each class; an embedding is compared with the nearest of them. Default 1. */
  readonly subCenters?: number;
  /** Logits are multiplied by this number. */
  readonly scale: number;
  /** Multiplies cosines [batch, classes] by lengths; `rows` are the class vectors. Default: leaves the cosines as they are. */
  stretch?(cosines: Tensor2D, embeddings: Tensor2D, rows: Tensor2D): Tensor2D;
}

/** Cross entropy over the cosines between embeddings and class vectors, with a margin for the target class. */
export function marginSoftmaxLoss(spec: MarginSoftmaxSpec): ClassLoss {
  const { name, options, margin, subCenters = 1, scale, stretch } = spec;
  const { labelSmoothing = 0 } = options;
  const directions = classDirections(name, options, subCenters);
  const rows = directions.spec.parameterRows;
  const cosinesOf = (embeddings: Tensor2D): Tensor2D => {
    const cosines = directions.cosines(embeddings);
    return subCenters === 1 ? cosines : largestOfGroups(cosines, subCenters);
  };

  return defineClassLoss({
    ...directions.spec,
    name,
    options,
    logits(embeddings) {
      const cosines = cosinesOf(embeddings);
      return mul(stretch ? stretch(cosines, embeddings, rows()) : cosines, scale);
    },
    parts(embeddings, targets) {
      const cosines = cosinesOf(embeddings);
      if (!stretch) return [crossEntropy(cosines, targets, { margin, scale, labelSmoothing })];
      const withMargin = withTargetMargin(cosines, oneHot(targets), margin);
      return [
        crossEntropy(stretch(withMargin, embeddings, rows()), targets, { scale, labelSmoothing }),
      ];
    },
  });
}
