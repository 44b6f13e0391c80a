import { concat, slice, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { checkOptions } from '../internal/checkOptions.ts';
import { checkPart } from '../internal/checkPart.ts';
import { checkInteger } from '../internal/checks.ts';
import type { Distance } from './distance.ts';

export interface BatchedDistanceOptions {
  /** Rows of the query at a time. Default 32. */
  batchSize?: number;
}

export interface BatchedDistance extends Distance {
  /**
   * Calls `visit` with each block of the matrix, [rows, n], and the rows of the query it stands for, `start` to
   * `end - 1`. A block is freed after its visit: never more than one is in memory.
   */
  eachBlock(
    query: Tensor2D,
    reference: Tensor2D | undefined,
    visit: (block: Tensor2D, start: number, end: number) => void,
  ): void;
}

/**
 * A distance computed block by block, a few rows of the query at a time, for sets whose whole matrix, or what
 * computing it needs, is too large. Numbers and gradients are those of `distance`.
 *
 * @throws MetricLearningError if `batchSize` is no whole number >= 1.
 */
export function batchedDistance(
  distance: Distance,
  options: BatchedDistanceOptions = {},
): BatchedDistance {
  checkPart('batchedDistance', 'distance', distance, 'matrix', 'rowwise');
  checkOptions('batchedDistance', options, ['batchSize']);
  const { batchSize = 32 } = options;
  checkInteger('batchedDistance', 'batchSize', batchSize);

  const block = (query: Tensor2D, reference: Tensor2D, start: number, end: number): Tensor2D =>
    distance.matrix(slice(query, [start, 0], [end - start, query.shape[1]]), reference);

  return {
    ...distance,
    matrix(query, reference = query) {
      return tidy(() => {
        const blocks = [...bounds(query.shape[0], batchSize)];
        return concat(blocks.map(([start, end]) => block(query, reference, start, end)));
      });
    },
    eachBlock(query, reference = query, visit) {
      for (const [start, end] of bounds(query.shape[0], batchSize)) {
        tidy(() => visit(block(query, reference, start, end), start, end));
      }
    },
  };
}

function* bounds(count: number, size: number): Generator<[start: number, end: number]> {
  for (let start = 0; start < count; start += size) yield [start, Math.min(start + size, count)];
}
