import { neg, type Tensor2D } from '@tensorflow/tfjs-core';
import type { Labels } from '../../data/labels.ts';
import type { Distance } from '../../distances/distance.ts';
import { MetricLearningError } from '../../errors/metricLearningError.ts';
import { checkPart } from '../../internal/checkPart.ts';
import type { Reference } from '../../tuples/reference.ts';
import { checkBatch } from './checkBatch.ts';
import type { DistanceTable } from './distanceTable.ts';
import { readOffTape } from './readOffTape.ts';

/**
 * Checks a batch, and reads the distances from its embeddings to the candidates. The gradient tape records nothing.
 *
 * @throws MetricLearningError if shapes and labels do not fit, or a distance exceeds float32.
 */
export function readTable(
  where: string,
  distance: Distance,
  embeddings: Tensor2D,
  labels: Labels,
  reference?: Reference,
): DistanceTable {
  checkPart(where, 'distance', distance, 'matrix');
  const checked = checkBatch(where, embeddings, labels, reference);
  const values = readOffTape(where, embeddings, () => {
    const matrix = distance.matrix(embeddings, reference?.embeddings);
    return distance.inverted ? neg(matrix) : matrix;
  });
  checkFiniteDistances(where, values, checked.candidateLabels.length);
  const copies =
    reference === undefined
      ? checked.labels.map((_, anchor) => anchor)
      : (reference.copies ?? checked.labels.map(() => -1));
  return { ...checked, values, copies };
}

function checkFiniteDistances(where: string, values: Float32Array, candidates: number): void {
  let sum = 0; // of finite float32 numbers it is finite in float64
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  if (Number.isFinite(sum)) return;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  throw new MetricLearningError({
    where,
    expected: 'distances within the range of float32',
    got: `${values[bad]} of embedding ${Math.floor(bad / candidates)} to candidate ${bad % candidates}`,
    fix: 'Scale the embeddings down, or take a distance that normalizes them.',
  });
}
