import type { Optimizer } from '@tensorflow/tfjs-core';
import { MetricLearningError } from '../../errors/metricLearningError.ts';

/** The learning rate of each step: steps count from 0 and go on over epochs. */
export type LearningRate = (step: number) => number;

/**
 * Sets the rate of a tfjs optimizer, which tfjs fixes when the optimizer is made.
 *
 * @throws MetricLearningError if the rate is no finite number >= 0, or the optimizer has none.
 */
export function setLearningRate(optimizer: Optimizer, rate: number): void {
  const where = 'learningRate';
  if (!Number.isFinite(rate) || rate < 0) {
    throw new MetricLearningError({ where, expected: 'a finite number >= 0', got: String(rate) });
  }
  const target = optimizer as unknown as {
    learningRate?: unknown;
    setLearningRate?: (rate: number) => void;
  };
  if (typeof target.learningRate !== 'number') {
    throw new MetricLearningError({
      where,
      expected: 'an optimizer with a learning rate',
      got: optimizer.getClassName(),
    });
  }
  if (typeof target.setLearningRate === 'function') target.setLearningRate(rate);
  else target.learningRate = rate;
}
