import { neg, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../base/labels.ts';
import type { Distance } from '../distances/distance.ts';
import type { Reference } from '../tuples/reference.ts';
import { checkBatch } from './checkBatch.ts';
import type { DistanceTable } from './distanceTable.ts';
import { readOffTape } from './readOffTape.ts';

/** Checks a batch, and reads back how far its embeddings are from the candidates; nothing stays on the tape. */
export function readTable(
  where: string,
  distance: Distance,
  embeddings: Tensor2D,
  labels: Labels,
  reference?: Reference,
): DistanceTable {
  const checked = checkBatch(where, embeddings, labels, reference);
  const values = readOffTape(where, embeddings, () => {
    const matrix = distance.matrix(embeddings, reference?.embeddings);
    return distance.inverted ? neg(matrix) : matrix;
  });
  return { ...checked, values, self: reference === undefined };
}
