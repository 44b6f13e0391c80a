import { mul, type Tensor2D, transpose } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { largestOfGroups } from '../../ops/largestOfGroups.ts';
import {
  type ClassLoss,
  defineClassLoss,
  type SoftmaxLossSpecOptions,
} from '../classification/classLoss.ts';
import { oneHot } from './classTargets.ts';
import { crossEntropy } from './crossEntropy.ts';
import { normalVariable } from './normalVariable.ts';
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
  const { classes, dims, seed = 0, labelSmoothing = 0 } = options;
  const W = normalVariable(name, seed, [dims, classes * subCenters]);
  const rows = (): Tensor2D => transpose(W as unknown as Tensor2D);
  const cosine = cosineSimilarity();
  const cosinesOf = (embeddings: Tensor2D): Tensor2D => {
    const cosines = cosine.matrix(embeddings, rows());
    return subCenters === 1 ? cosines : largestOfGroups(cosines, subCenters);
  };

  return defineClassLoss({
    name,
    options,
    distance: cosine,
    variables: { W },
    parameterRows: rows,
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
