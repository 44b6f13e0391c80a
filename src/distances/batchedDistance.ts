import { concat, slice, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../errors/metricLearningError.ts';
import { checkPart } from '../internal/checkPart.ts';
import { show } from '../internal/checks.ts';
import { wholeNumber } from '../internal/optionKinds.ts';
import { type OptionTable, preset, readOptions } from '../internal/readOptions.ts';
import { checkMatrix } from './checkOperands.ts';
import type { Distance } from './distance.ts';

export interface BatchedDistanceOptions {
  /** The number of query rows in a block. Default 32. */
  batchSize?: number;
}

export const batchedDistanceOptions: OptionTable<BatchedDistanceOptions> = {
  batchSize: preset(32, wholeNumber(1)),
};

export interface BatchedDistance extends Distance {
  /**
   * Calls `visit` with each block of the matrix, [rows, n], and the rows of the query that the block is of: `start` to
   * `end - 1`. A block is freed after its visit, so that only one block is in memory at a time.
   */
  eachBlock(
    query: Tensor2D,
    reference: Tensor2D | undefined,
    visit: (block: Tensor2D, start: number, end: number) => void,
  ): void;
}

/**
 * A distance that is computed block by block, a few rows of the query at a time, for sets whose whole matrix does not
 * fit in memory. Numbers, gradients and `config` are those of `distance`.
 *
 * @throws MetricLearningError if `batchSize` is no whole number >= 1.
 * @example
 * const distance = batchedDistance(lpDistance({ p: 1 }), { batchSize: 64 });
 * distance.eachBlock(query, reference, (block, start) => block.print()); // block [64, n]
 */
export function batchedDistance(
  distance: Distance,
  options?: BatchedDistanceOptions,
): BatchedDistance {
  checkPart('batchedDistance', 'distance', distance, 'matrix', 'rowwise');
  const { batchSize } = readOptions('batchedDistance', batchedDistanceOptions, options ?? {});

  const block = (query: Tensor2D, reference: Tensor2D, start: number, end: number): Tensor2D =>
    distance.matrix(slice(query, [start, 0], [end - start, query.shape[1]]), reference);

  return {
    ...distance,
    matrix(query, reference = query) {
      checkMatrix('batchedDistance', query, reference);
      return tidy(() => {
        const blocks = [...bounds(query.shape[0], batchSize)];
        return concat(blocks.map(([start, end]) => block(query, reference, start, end)));
      });
    },
    eachBlock(query, reference = query, visit) {
      checkMatrix('batchedDistance', query, reference);
      checkVisit(visit);
      for (const [start, end] of bounds(query.shape[0], batchSize)) {
        tidy(() => visit(block(query, reference, start, end), start, end));
      }
    },
  };
}

function checkVisit(visit: unknown): void {
  if (typeof visit === 'function') return;
  throw new MetricLearningError({
    where: 'batchedDistance.eachBlock',
    expected: 'visit to be a function, which is given each block',
    got: show(visit),
  });
}

function* bounds(count: number, size: number): Generator<[start: number, end: number]> {
  for (let start = 0; start < count; start += size) yield [start, Math.min(start + size, count)];
}
