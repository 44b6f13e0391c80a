import { type Tensor2D, transpose, type Variable } from '@tensorflow/tfjs-core';
import { cosineSimilarity } from '../../distances/cosineSimilarity.ts';
import { normalVariable } from './normalVariable.ts';

/** One learned direction for each class, as the softmax losses over cosines have them. */
export interface ClassDirections {
  /** The parameter `W`, [dims, classes]. */
  readonly W: Variable;
  /** The parameter with one row for each class, on the gradient tape. */
  rows(): Tensor2D;
  /** The cosine of the angle between each embedding and the direction of each class: [batch, classes]. */
  cosines(embeddings: Tensor2D): Tensor2D;
}

/** Directions that a seed determines. */
export function classDirections(
  where: string,
  of: {
    readonly classes: number;
    readonly dims: number;
    readonly seed: number;
  },
): ClassDirections {
  const W = normalVariable(where, of.seed, [of.dims, of.classes]);
  const rows = (): Tensor2D => transpose(W as unknown as Tensor2D);
  const cosine = cosineSimilarity();
  return { W, rows, cosines: (embeddings) => cosine.matrix(embeddings, rows()) };
}
