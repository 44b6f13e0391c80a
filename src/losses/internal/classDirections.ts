import { type Tensor2D, transpose, type Variable } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import type { Distance } from '../../distances/distance.ts';
import { normalVariable } from './normalVariable.ts';

/** Learned directions, as the softmax losses over cosines have them. */
export interface ClassDirections {
  /** What `defineClassLoss` needs of them: the distance, the parameter `W`, [dims, classes], and its rows. */
  readonly spec: {
    readonly distance: Distance;
    readonly variables: { readonly W: Variable };
    /** The parameter with one row for each direction, on the gradient tape. */
    parameterRows(): Tensor2D;
  };
  /** The cosine of the angle between each embedding and each direction: [batch, directions]. */
  cosines(embeddings: Tensor2D): Tensor2D;
}

/** Directions that a seed determines: one for each class, or `subCenters` for each. `where` is what errors name. */
export function classDirections(
  where: string,
  of: { readonly classes: number; readonly dims: number; readonly seed?: number | undefined },
  subCenters = 1,
): ClassDirections {
  const W = normalVariable(where, of.seed ?? 0, [of.dims, of.classes * subCenters]);
  const parameterRows = (): Tensor2D => transpose(W as unknown as Tensor2D);
  const distance = cosineSimilarity();
  return {
    spec: { distance, variables: { W }, parameterRows },
    cosines: (embeddings) => distance.matrix(embeddings, parameterRows()),
  };
}
